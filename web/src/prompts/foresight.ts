/** What stands in the way of a move, in words. */
import type { Foresight } from "./moves";

export function obstacles(foresight: Foresight): string[] {
  return foresight.missing.map((one) => {
    const needs = [
      `needs the organization role ${one.min_required_role}${foresight.your_role ? ` (yours is ${foresight.your_role})` : ""}`,
    ];
    if (one.approvals)
      needs.push(`${one.approvals} ${one.approvals === 1 ? "approval" : "approvals"} of others`);
    if (one.frozen_until) needs.push(`is frozen until ${one.frozen_until}`);
    if (one.immutable) needs.push("never leaves a version that it was put on");
    if (one.checks?.length) needs.push(`must pass these checks: ${one.checks.join(", ")}`);
    return `${one.label} ${needs.join("; ")}.`;
  });
}

/** What checks found that stops the move. */
export function stops(foresight: Foresight): string[] {
  return foresight.checks.flatMap((one) => one.stopped_by.map((found) => `${one.label}: ${found.message}`));
}

/** What checks found beside that. */
export function warnings(foresight: Foresight): string[] {
  return foresight.checks.flatMap((one) => {
    const stopping = new Set(one.stopped_by.map((found) => found.message));
    return one.findings
      .filter((found) => !stopping.has(found.message))
      .map((found) => `${one.label}: ${found.message}`);
  });
}

/** Where labels would lead, such as `production: v1 → v2`. */
export function led(foresight: Foresight): { label: string; to: number | null }[] {
  return foresight.moves
    .filter((one) => one.changes)
    .map((one) => ({ label: one.label, to: one.to_version ?? null }));
}
