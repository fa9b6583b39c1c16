/** What a preview says of the places in an editor. */
import type { Schemas } from "../api/client";
import type { Mistake } from "../editor/Editor";
import { fields } from "./fields";

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

const UNFILLED = /map has no entry for key "(.*)"/;

/** The problems of the text itself: those that only say that a variable has no value yet are left out. */
export function ofText(problems: readonly Problem[]): Problem[] {
  return problems.filter((one) => !UNFILLED.test(one.message));
}

/** The variables that have no value yet, so that nothing can be rendered. */
export function unfilled(problems: readonly Problem[], schema: object, values: object): string[] {
  const named = problems.flatMap((one) => UNFILLED.exec(one.message)?.[1] ?? []);
  if (named.length === 0) return [];
  const required = fields(schema).filter((one) => one.isRequired && !(one.name in values));
  return [...new Set([...required.map((one) => one.name), ...named])];
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
