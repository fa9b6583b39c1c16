import { expect, test } from "vitest";
import { readComparison, writeComparison } from "./comparison";

test("a comparison stands in the address, whole", () => {
  const shown = { from: 2, of: "rendered", view: "unified", payload: "p1" } as const;
  const written = writeComparison(5, shown);
  expect(written).toContain("version=5");
  expect(readComparison(written, 1280)).toEqual(shown);
});

test("without saying so, wide screens show two texts side by side and narrow ones in one", () => {
  expect(readComparison("", 1280)).toEqual({ from: 0, of: "template", view: "side", payload: "" });
  expect(readComparison("?of=x&view=y", 360)).toEqual({
    from: 0,
    of: "template",
    view: "unified",
    payload: "",
  });
});
