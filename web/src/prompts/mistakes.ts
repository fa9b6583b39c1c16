/** What a preview says of the places in an editor. */
import type { Schemas } from "../api/client";
import type { Mistake } from "../editor/Editor";

type Problem = Schemas["PreviewError"];
type Need = Schemas["Need"];

/** Gives the object that a text is in JSON, or null. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text.trim() || "{}") as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The problems that stand in one template; a column counts from 1 in an editor. */
export function mistakesAt(problems: readonly Problem[], path: string): Mistake[] {
  return problems
    .filter((one) => one.path === path && one.line !== null)
    .map((one) => ({ line: one.line ?? 1, column: (one.column ?? 0) + 1, message: one.message }));
}

/** The variables that can be completed: not those inside of lists, which need a range first. */
export function completable(needs: readonly Need[]): string[] {
  return [...new Set(needs.flatMap((one) => [one.name, one.path]))].filter((path) => !path.includes("[]"));
}
