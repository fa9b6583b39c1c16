import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { completions, goTemplates } from "./language";

function complete(text: string) {
  const state = EditorState.create({ doc: text, extensions: goTemplates() });
  const found = completions(() => ["name", "user.email"])(new CompletionContext(state, text.length, false));
  return found?.options.map((option) => option.label) ?? [];
}

test("variables and functions are offered inside an action only", () => {
  expect(complete("Hello .na")).toEqual([]);
  expect(complete("Hello {{ .na")).toEqual([".name", ".user.email"]);
  expect(complete("{{ .name }} and .na")).toEqual([]);
  expect(complete("{{ pri")).toContain("printf");
  expect(complete("{{ ra")).toContain("range");
});
