import { expect, test } from "vitest";
import { differences } from "./differing";

test("only what differs is told, by name", () => {
  expect(differences({ version_number: 3, kind: "text" }, { version_number: 4, kind: "text" })).toEqual([
    { name: "version number", before: "3", after: "4" },
  ]);
  expect(differences({}, { role: "admin", teams: ["a"] })).toEqual([
    { name: "role", before: "nothing", after: "admin" },
    { name: "teams", before: "nothing", after: '["a"]' },
  ]);
  expect(differences({ a: null }, {})).toEqual([]);
});
