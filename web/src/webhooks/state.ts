import type { Webhook } from "./webhookQueries";

/** How a webhook does, in words. */
export function stateOf(webhook: Webhook): string {
  if (webhook.enabled) return webhook.failing_since ? "failing" : "on";
  return { user: "off", failing: "off: it did nothing but fail", gone: "off: its endpoint is gone" }[
    webhook.disabled_because ?? "user"
  ];
}
