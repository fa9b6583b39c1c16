import { expect, test } from "vitest";
import { affected } from "./askers";

function serving(id: string, service: string, label: string | null = "prod") {
  return { id, service, label };
}

test("processes are counted once, by the service they belong to", () => {
  const running = [
    serving("1", "shop"),
    serving("1", "shop", "live"),
    serving("2", "shop"),
    serving("3", ""),
  ];
  expect(affected(running, ["prod", "live"])).toBe(
    "3 running processes ask for it now: shop (2), without a name (1).",
  );
  expect(affected(running, ["live"])).toBe("1 running process asks for it now: shop (1).");
  expect(affected(running, ["beta"])).toBe("No running process is known to ask for it now.");
});
