import { expect, test } from "vitest";
import { lines } from "./lines";

test("the head is left out and each line says what it is", () => {
  const shown = lines("--- v1\n+++ v2\n@@ -1,2 +1,2 @@\n-Hello\n+Hi\n {{.name}}\n");
  expect(shown.map((line) => line.kind)).toEqual(["place", "removed", "added", "same"]);
});

test("nothing is shown of texts that are the same", () => {
  expect(lines("--- v1\n+++ v2\n")).toEqual([]);
});
