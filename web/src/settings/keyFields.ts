/** A key as its form has it, and what of it is sent. */
import type { Key, KeyChange, NewKey } from "./keyQueries";

export interface KeyFields {
  name: string;
  operation: Key["operation"];
  teams: string[];
  readable: string[];
  movable: string[];
  /** A day, or nothing for never. */
  ends: string;
}

export const BLANK: KeyFields = {
  name: "",
  operation: "read_render",
  teams: [],
  readable: [],
  movable: [],
  ends: "",
};

export function fieldsOf(key: Key): KeyFields {
  return {
    name: key.name,
    operation: key.operation,
    teams: key.team_ids ?? [],
    readable: key.readable_labels ?? [],
    movable: key.movable_labels ?? [],
    ends: key.expires_at?.slice(0, 10) ?? "",
  };
}

export function newKey(org: string, fields: KeyFields): NewKey {
  return {
    name: fields.name.trim(),
    org_id: org,
    operation: fields.operation,
    team_ids: fields.teams,
    ...(fields.ends ? { expires_at: endOf(fields.ends) } : {}),
    ...(fields.readable.length ? { readable_labels: fields.readable } : {}),
    ...(fields.movable.length ? { movable_labels: fields.movable } : {}),
  };
}

/** Gives what is different; a limit is lifted in so many words, for what is left out stays. */
export function keyChange(before: KeyFields, after: KeyFields): KeyChange {
  const change: KeyChange = {};
  if (after.name.trim() !== before.name) change.name = after.name.trim();
  if (after.operation !== before.operation) change.operation = after.operation;
  if (after.ends !== before.ends) change.expires_at = after.ends ? endOf(after.ends) : "never";
  if (!same(after.teams, before.teams)) {
    if (after.teams.length) change.team_ids = after.teams;
    else change.all_teams = true;
  }
  if (!same(after.readable, before.readable)) {
    if (after.readable.length) change.readable_labels = after.readable;
    else change.all_readable_labels = true;
  }
  if (!same(after.movable, before.movable)) {
    if (after.movable.length) change.movable_labels = after.movable;
    else change.all_movable_labels = true;
  }
  return change;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

/** The day begins, for everybody, when it does in Greenwich. */
function endOf(day: string): string {
  return `${day}T00:00:00Z`;
}
