import { expect, test } from "vitest";
import { led, obstacles, stops, warnings } from "./foresight";
import type { Foresight } from "./moves";

const found = (message: string) => ({ message }) as Foresight["checks"][number]["findings"][number];
const foresight = {
  allowed: false,
  your_role: "member",
  can_request_approval: true,
  displaces: 1,
  statuses: [],
  moves: [
    { label: "prod", from_version: 1, to_version: 2, changes: true, effect: "leads" },
    { label: "next", from_version: 2, to_version: 2, changes: false, effect: "leads" },
  ],
  missing: [
    {
      label: "prod",
      min_required_role: "admin",
      approvals: 2,
      frozen_until: null,
      immutable: false,
      checks: [],
    },
  ],
  checks: [{ label: "prod", findings: [found("a"), found("b")], stopped_by: [found("b")] }],
} as Foresight;

test("what is missing is said in one sentence a label", () => {
  expect(obstacles(foresight)).toEqual([
    "prod needs the organization role admin (yours is member); 2 approvals of others.",
  ]);
});

test("what stops a move is told apart from what may matter", () => {
  expect(stops(foresight)).toEqual(["prod: b"]);
  expect(warnings(foresight)).toEqual(["prod: a"]);
});

test("only what changes is led anywhere", () => {
  expect(led(foresight)).toEqual([{ label: "prod", to: 2 }]);
});
