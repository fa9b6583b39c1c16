import { expect, test } from "vitest";
import { fields } from "./fields";

test("each variable gets the field that fits its type", () => {
  const schema = {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string", description: "Of the customer" },
      any: {},
      amount: { type: ["integer", "null"] },
      paid: { type: "boolean" },
      tone: { enum: ["warm", "cool"] },
      items: { type: "array" },
      looped: { type: ["array", "object", "integer"] },
    },
  };
  expect(fields(schema).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "name text",
    "any text",
    "amount number",
    "paid truth",
    "tone choice",
    "items json",
    "looped json",
  ]);
  expect(fields(schema)[0]).toMatchObject({ isRequired: true, help: "Of the customer" });
  expect(fields({})).toEqual([]);
});
