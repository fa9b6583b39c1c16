import { expect, test } from "vitest";
import { BLANK, keyChange, newKey } from "./keyFields";

const before = { ...BLANK, name: "shop", teams: ["a", "b"], readable: ["live"], ends: "2027-01-01" };

test("what stays is not sent", () => {
  expect(keyChange(before, { ...before, teams: ["b", "a"] })).toEqual({});
});

test("a limit is lifted in so many words", () => {
  expect(keyChange(before, { ...before, teams: [], readable: [], ends: "" })).toEqual({
    all_teams: true,
    all_readable_labels: true,
    expires_at: "never",
  });
});

test("a limit that is set is sent", () => {
  const after = {
    ...before,
    name: " kiosk ",
    operation: "all" as const,
    movable: ["staging"],
    ends: "2028-02-03",
  };
  expect(keyChange(before, after)).toEqual({
    name: "kiosk",
    operation: "all",
    movable_labels: ["staging"],
    expires_at: "2028-02-03T00:00:00Z",
  });
});

test("a new key without limits names none", () => {
  expect(newKey("org", { ...BLANK, name: "shop" })).toEqual({
    name: "shop",
    org_id: "org",
    operation: "read_render",
    team_ids: [],
  });
});
