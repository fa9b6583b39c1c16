import { expect, test } from "vitest";
import { ago } from "./ago";

const now = Date.parse("2026-11-23T12:00:00Z");

test.each([
  ["2026-11-23T11:59:30Z", "just now"],
  ["2026-11-23T12:00:05Z", "just now"],
  ["2026-11-23T11:00:00Z", "1 hour ago"],
  ["2026-11-22T11:00:00Z", "yesterday"],
  ["2024-11-22T11:00:00Z", "2 years ago"],
])("%s was %s", (time, words) => expect(ago(time, now)).toBe(words));
