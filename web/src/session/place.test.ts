import { expect, test } from "vitest";
import { isInside } from "./place";

test.each(["/", "/teams/1/prompts/a?version=2", "/dashboard/api-keys"])("%s is inside", (path) => {
  expect(isInside(path)).toBe(true);
});

test.each(["", "//evil.example", "/\\evil.example", "https://evil.example", "teams"])("%s is not", (path) => {
  expect(isInside(path)).toBe(false);
});
