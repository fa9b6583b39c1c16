/** What differs between what something was and what it is. */
export interface Difference {
  name: string;
  before: string;
  after: string;
}

type Facts = Record<string, unknown>;

export function differences(before: Facts, after: Facts): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name: name.replace(/_/g, " "), before: said(before[name]), after: said(after[name]) }))
    .filter((one) => one.before !== one.after);
}

function said(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
