import { expect, test } from "vitest";
import { asChat, asText, contentOf, draftOf, isSame, keyed, moved, readWritten, written } from "./draft";
import type { Version } from "./versions";

const version = {
  kind: "chat",
  template: "[system]\nBe kind.",
  messages: [{ role: "system", content: "Be kind." }, { placeholder: "history" }],
  model: "gpt-5",
  model_params: { temperature: 0.2 },
  tools: null,
  response_format: null,
  input_schema: null,
  message: null,
} as unknown as Version;

test("a version comes back as it was", () => {
  const { content, unreadable } = contentOf(draftOf(version));
  expect(unreadable).toEqual([]);
  expect(content).toEqual({
    kind: "chat",
    messages: version.messages,
    model: "gpt-5",
    model_params: { temperature: 0.2 },
    tools: null,
    response_format: null,
    input_schema: null,
  });
});

test("JSON that cannot be read is named", () => {
  const draft = draftOf(version);
  expect(contentOf({ ...draft, json: { ...draft.json, tools: "[{" } }).unreadable).toEqual(["tools"]);
});

test("what is kept reads the same again, and keys make no difference", () => {
  const draft = draftOf(version);
  expect(isSame(readWritten(written(draft)), draft)).toBe(true);
  expect(isSame({ ...draft, model: "other" }, draft)).toBe(false);
});

test("a text becomes a chat and back without losing a word", () => {
  const text = { ...draftOf(version), kind: "text" as const, template: "Hello", items: [] };
  const chat = asChat(text);
  expect(chat.items.map(({ item }) => item)).toEqual([{ role: "user", content: "Hello" }]);
  expect(
    asText({ ...chat, template: "", items: [...chat.items, keyed({ role: "user", content: "Bye" })] })
      .template,
  ).toBe("Hello\n\nBye");
});

test("a message moves, and never out of the list", () => {
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b"], 0, 5)).toEqual(["b", "a"]);
});
