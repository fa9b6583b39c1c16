/** Server-sent events, read from a fetch: a browser's EventSource tells neither what failed nor how. */
export interface ServerEvent {
  name: string;
  id: string;
  data: unknown;
}

/** Reads what came so far; gives the events that are whole, and the rest. */
export function readEvents(text: string): { events: ServerEvent[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  return { events: blocks.flatMap((block) => readEvent(block)), rest };
}

/** A block without a name is a comment, by which one knows that the other side is there. */
function readEvent(block: string): ServerEvent[] {
  const fields = new Map(
    block.split("\n").map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name, value.join(": ")];
    }),
  );
  const name = fields.get("event");
  if (!name) return [];
  try {
    return [{ name, id: fields.get("id") ?? "", data: JSON.parse(fields.get("data") ?? "null") }];
  } catch {
    return [];
  }
}

/** Gives the events of a stream as they come, however its bytes are cut. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const read = readEvents(text + decoder.decode(value, { stream: true }));
      text = read.rest;
      yield* read.events;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
