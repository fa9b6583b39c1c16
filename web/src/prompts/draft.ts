/** What an author writes of a version, as the form holds it: JSON as it was typed, and messages that know themselves. */
import type { Version } from "./versions";

/** A message of a chat, or the place of messages that the caller passes in. */
export type ChatItem = Record<string, unknown> & { role?: string; content?: string; placeholder?: string };

/** An item with a key that stays when it moves. */
export interface Keyed {
  key: number;
  item: ChatItem;
}

export const JSON_FIELDS = ["model_params", "tools", "response_format", "input_schema"] as const;
export type JsonField = (typeof JSON_FIELDS)[number];

export interface Draft {
  kind: "text" | "chat";
  template: string;
  items: readonly Keyed[];
  model: string;
  json: Readonly<Record<JsonField, string>>;
  message: string;
}

export const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;

let keys = 0;

export function keyed(item: ChatItem): Keyed {
  keys += 1;
  return { key: keys, item };
}

export function draftOf(version: Version): Draft {
  const json = (field: JsonField) => (version[field] == null ? "" : JSON.stringify(version[field], null, 2));
  return {
    kind: version.kind,
    template: version.kind === "text" ? version.template : "",
    items: ((version.messages ?? []) as ChatItem[]).map(keyed),
    model: version.model ?? "",
    json: {
      model_params: json("model_params"),
      tools: json("tools"),
      response_format: json("response_format"),
      input_schema: json("input_schema"),
    },
    message: version.message ?? "",
  };
}

/** All that applications see of a version. */
export function contentOfVersion(version: Version): Content {
  return contentOf(draftOf(version)).content;
}

/** Says whether two drafts read the same. */
export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function plain(draft: Draft) {
  return { ...draft, items: draft.items.map(({ item }) => item) };
}

/** A draft as text that can be kept, and read again. */
export function written(draft: Draft): string {
  return JSON.stringify(plain(draft));
}

export function readWritten(text: string): Draft {
  const read = JSON.parse(text) as Omit<Draft, "items"> & { items: ChatItem[] };
  return { ...read, items: read.items.map(keyed) };
}

/** Gives the content to send, or the fields whose JSON cannot be read. */
export function contentOf(draft: Draft) {
  const unreadable: JsonField[] = [];
  const values = Object.fromEntries(
    JSON_FIELDS.map((field) => {
      const text = draft.json[field].trim();
      try {
        return [field, text ? (JSON.parse(text) as unknown) : null];
      } catch {
        unreadable.push(field);
        return [field, null];
      }
    }),
  ) as Record<JsonField, unknown>;
  const body =
    draft.kind === "chat"
      ? { kind: "chat" as const, messages: draft.items.map(({ item }) => item) }
      : { kind: "text" as const, template: draft.template };
  const content = { ...body, ...values, model: draft.model.trim() || null } as Content;
  return { content, unreadable };
}

/** The fields of a version that its applications see. */
export type Content = {
  kind: "text" | "chat";
  template?: string;
  messages?: { [key: string]: unknown }[];
  model: string | null;
  model_params: { [key: string]: unknown } | null;
  tools: { [key: string]: unknown }[] | null;
  response_format: { [key: string]: unknown } | null;
  input_schema: { [key: string]: unknown } | null;
};

/** A text as the first message of a chat; nothing of it is lost. */
export function asChat(draft: Draft): Draft {
  const items = draft.items.length ? draft.items : [keyed({ role: "user", content: draft.template })];
  return { ...draft, kind: "chat", items };
}

/** A chat as a text: what its messages say, one after the other. */
export function asText(draft: Draft): Draft {
  const said = draft.items.map(({ item }) => item.content).filter((content) => typeof content === "string");
  return { ...draft, kind: "text", template: draft.template || said.join("\n\n") };
}

/** A draft as one text, for reading: of a chat, who says what. */
export function inOneText(draft: Draft): string {
  if (draft.kind === "text") return draft.template;
  const said = draft.items.map(({ item }) =>
    item.placeholder === undefined
      ? `[${item.role}]\n${item.content ?? ""}`
      : `[placeholder ${item.placeholder}]`,
  );
  return said.join("\n\n");
}

/** A list with one of its elements at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const result = [...list];
  const [element] = result.splice(from, 1);
  if (element !== undefined) result.splice(Math.max(0, Math.min(to, result.length)), 0, element);
  return result;
}
