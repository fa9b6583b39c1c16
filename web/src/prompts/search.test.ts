import { expect, test } from "vitest";
import type { Prompt } from "./prompts";
import { matches } from "./search";

const prompt: Prompt = {
  id: "1",
  team_id: "2",
  slug: "order-status",
  name: "Support/Order status",
  description: "Says where a parcel is",
  status: "active",
  created_at: "",
  updated_at: "",
  input_schema: null,
};

test("every word counts, in any order and case", () => {
  expect(matches(prompt, "PARCEL order")).toBe(true);
  expect(matches(prompt, "parcel refund")).toBe(false);
  expect(matches(prompt, "  ")).toBe(true);
});
