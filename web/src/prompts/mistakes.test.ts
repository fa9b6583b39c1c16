import { expect, test } from "vitest";
import { completable, mistakesAt, objectOf, ofText, unfilled } from "./mistakes";

test("only an object holds variables", () => {
  expect(objectOf("")).toEqual({});
  expect(objectOf('{"name": "Ada"}')).toEqual({ name: "Ada" });
  expect(objectOf("[1]")).toBeNull();
  expect(objectOf('{"name": ')).toBeNull();
});

test("a problem stands under its own template", () => {
  const problem = { code: "invalid_template", message: "unclosed action", line: 2, column: 3 };
  const problems = [
    { ...problem, path: "messages[1].content" },
    { ...problem, path: "template", column: null },
  ];
  expect(mistakesAt(problems, "messages[1].content")).toEqual([
    { line: 2, column: 4, message: "unclosed action" },
  ]);
  expect(mistakesAt(problems, "messages[0].content")).toEqual([]);
});

test("what lies in a list is not completed", () => {
  const need = (path: string, name: string) => ({
    path,
    name,
    required: true,
    types: [],
    uses: [],
    values: [],
    where: [],
  });
  expect(completable([need("user.name", "user"), need("items[].price", "items")])).toEqual([
    "user",
    "user.name",
    "items",
  ]);
});

test("a variable without a value is no mistake of the text", () => {
  const at = { path: "template", line: 1, column: 8, code: "render_failed" };
  const unset = { ...at, message: 'executing "prompt" at <.name>: map has no entry for key "name"' };
  const wrong = { ...at, message: "unexpected EOF" };
  expect(ofText([unset, wrong])).toEqual([wrong]);
  const schema = { properties: { name: {}, shop: {}, title: {} }, required: ["name", "shop"] };
  expect(unfilled([unset], schema, { shop: "Acme" })).toEqual(["name"]);
  expect(unfilled([unset], schema, {})).toEqual(["name", "shop"]);
  expect(unfilled([wrong], schema, {})).toEqual([]);
});
