import { expect, test } from "vitest";
import { eventsOf, readEvents } from "./events";

const CHANGED = 'event: changed\nid: 7\ndata: {"prompts":[{"id":"a","slug":"b: c"}]}\n\n';

test("whole events are read, and the rest is kept", () => {
  const { events, rest } = readEvents(`${CHANGED}event: res`);
  expect(events).toEqual([{ name: "changed", id: "7", data: { prompts: [{ id: "a", slug: "b: c" }] } }]);
  expect(rest).toBe("event: res");
});

test("comments and what cannot be read are passed over", () => {
  expect(readEvents(":\n\nevent: changed\ndata: {\n\n").events).toEqual([]);
});

test("a stream is read however its bytes are cut", async () => {
  const bytes = new TextEncoder().encode(`:\n\n${CHANGED}${CHANGED.replace("b: c", "ü")}`);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const slugs: unknown[] = [];
  for await (const event of eventsOf(body))
    slugs.push((event.data as { prompts: [{ slug: string }] }).prompts[0].slug);
  expect(slugs).toEqual(["b: c", "ü"]);
});
