import { expect, test } from "vitest";
import { asked, EVERYTHING, inside, isNarrowed, readListing, trail, writeListing } from "./listing";

test("an address says what is shown, and nothing of what is as usual", () => {
  const listing = { ...EVERYTHING, q: "a b", folder: "Support/EU", state: "live", sort: "name" } as const;
  expect(writeListing(listing)).toBe("?q=a+b&folder=Support%2FEU&sort=name&status=live");
  expect(readListing(writeListing(listing))).toEqual(listing);
  expect(writeListing(EVERYTHING)).toBe("");
  expect(readListing("?sort=size&status=new")).toEqual(EVERYTHING);
});

test("the server is asked for a status of prompts and one of versions", () => {
  expect(asked(EVERYTHING)).toEqual({ sort: "changed", overview: "true", status: "active" });
  expect(asked({ ...EVERYTHING, state: "draft" })).toMatchObject({
    status: "active",
    version_status: "draft",
  });
  expect(asked({ ...EVERYTHING, state: "archived" })).toMatchObject({ status: "archived" });
  expect(asked({ ...EVERYTHING, state: "any" })).not.toHaveProperty("status");
  expect(asked({ ...EVERYTHING, q: `  ${"x".repeat(300)}` }).q).toHaveLength(200);
});

test("whatever leaves something out can be cleared", () => {
  expect(isNarrowed({ ...EVERYTHING, sort: "name" })).toBe(false);
  expect(isNarrowed({ ...EVERYTHING, q: " " })).toBe(false);
  expect(isNarrowed({ ...EVERYTHING, label: "prod" })).toBe(true);
});

test("folders are walked in both directions", () => {
  expect(trail("Support/EU")).toEqual([
    { name: "Support", folder: "Support" },
    { name: "EU", folder: "Support/EU" },
  ]);
  const folders = ["Support", "Support/EU", "Support/EU/North", "Supporters"].map((folder) => ({ folder }));
  expect(inside(folders, "").map((one) => one.folder)).toEqual(["Support", "Supporters"]);
  expect(inside(folders, "Support").map((one) => one.folder)).toEqual(["Support/EU"]);
});
