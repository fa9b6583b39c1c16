import { expect, test } from "vitest";
import { meant, summed } from "./summaries";

const SUMMARY = {
  name: "x",
  low: 0,
  high: 1,
  last_at: "2026-11-24T00:00:00Z",
  categories: [],
  deviation: null,
};

test("each kind of score is summed up in its own words", () => {
  expect(summed({ ...SUMMARY, kind: "number", count: 1200, mean: 4.123, deviation: 0.5 })).toBe(
    "4.12 ± 0.5 (1,200)",
  );
  expect(summed({ ...SUMMARY, kind: "boolean", count: 3, mean: 0.667 })).toBe("67 % (3)");
  const categories = [{ category: "good", count: 3, share: 0.75 }];
  expect(summed({ ...SUMMARY, kind: "category", count: 4, mean: null, categories })).toBe("good 75 % (4)");
  expect(summed(null)).toBe("none");
});

test("a difference within twice its error may be chance", () => {
  expect(meant({ kind: "number", difference: 0.5, error: 0.1 })).toBe("+0.5, more than chance");
  expect(meant({ kind: "boolean", difference: -0.1, error: 0.1 })).toBe("-10 points, may be chance");
  expect(meant({ kind: "category", difference: null, error: null })).toBe("");
});
