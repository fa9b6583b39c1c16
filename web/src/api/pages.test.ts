import { expect, test } from "vitest";
import { everyPage } from "./pages";

const three = async (cursor: string) => {
  const at = Number(cursor || "0");
  return { at, next_cursor: at < 2 ? String(at + 1) : null };
};

test("a list is read to its end", async () => {
  expect((await everyPage(three)).map((page) => page.at)).toEqual([0, 1, 2]);
});

test("a list without pages is read once", async () => {
  expect(await everyPage(async () => ({ all: true, next_cursor: null }))).toEqual([
    { all: true, next_cursor: null },
  ]);
});

test("an endless list is read as far as it may be", async () => {
  expect(await everyPage(async () => ({ next_cursor: "more" }), 3)).toHaveLength(3);
});
