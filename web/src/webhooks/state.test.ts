import { expect, test } from "vitest";
import { stateOf } from "./state";
import type { Webhook } from "./webhookQueries";

const webhook = { enabled: true, failing_since: null, disabled_because: null } as Webhook;

test.each([
  [{}, "on"],
  [{ failing_since: "2026-11-23T12:00:00Z" }, "failing"],
  [{ enabled: false, disabled_because: "user" as const }, "off"],
  [{ enabled: false, disabled_because: "gone" as const }, "off: its endpoint is gone"],
])("%o is %s", (part, words) => expect(stateOf({ ...webhook, ...part })).toBe(words));
