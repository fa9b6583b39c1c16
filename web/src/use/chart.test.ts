import { expect, test } from "vitest";
import { chart } from "./chart";

const PERIOD = { since: "2026-11-20T10:00:00Z", until: "2026-11-22T09:00:00Z", by: "day" } as const;

function slice(at: string, version: number, renders: number, label: string | null = "prod") {
  return { at: `2026-11-${at}T00:00:00Z`, version, label, renders, resolves: 1 };
}

test("every day has a bar, also one on which nothing happened", () => {
  const made = chart([slice("20", 1, 9), slice("22", 1, 4), slice("22", 2, 5)], PERIOD, "version");
  expect(made.series).toEqual(["v1", "v2"]);
  expect(made.bars.map((bar) => bar.total)).toEqual([10, 0, 11]);
  expect(made.bars[2]?.parts).toEqual({ v1: 5, v2: 6 });
  expect(made.most).toBe(11);
});

test("the smallest of many series are counted together, and labels are series too", () => {
  const many = Array.from({ length: 8 }, (_, at) => slice("21", at + 1, (at + 1) * 10));
  const made = chart(many, PERIOD, "version");
  expect(made.series).toEqual(["v3", "v4", "v5", "v6", "v7", "v8", "others"]);
  expect(made.bars[1]?.parts.others).toBe(11 + 21);
  expect(chart([slice("21", 0, 1, null)], PERIOD, "version").series).toEqual(["fallback"]);
  expect(chart([slice("21", 3, 1, null)], PERIOD, "label").series).toEqual(["by number"]);
});

test("nothing is a chart of empty bars", () => {
  expect(chart([], PERIOD, "label")).toMatchObject({ series: [], most: 0 });
});
