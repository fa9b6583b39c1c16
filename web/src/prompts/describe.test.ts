import { expect, test } from "vitest";
import { describe, verb } from "./describe";
import type { Version } from "./versions";

function version(number: number, status: string, ...tags: string[]): Version {
  return { version: number, status, tags } as unknown as Version;
}

const [old, next] = [version(3, "live", "production"), version(5, "stable")];

test("a promotion names what it displaces", () => {
  const words = describe({ kind: "promote", version: next, to: "live" }, [next, old]);
  expect(words).toMatch(/^live: version 3 → version 5\./);
});

test("the first version to go live displaces nothing", () => {
  expect(describe({ kind: "promote", version: next, to: "live" }, [next])).toMatch(
    /^live: nothing → version 5/,
  );
});

test("a label says where it comes from", () => {
  const move = { kind: "label", version: next, label: "production" } as const;
  expect(describe(move, [next, old])).toBe("production: version 3 → version 5.");
  expect(verb(move)).toBe("Move label");
});
