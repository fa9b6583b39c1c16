/** The lines of a unified diff, and what each is. */
export interface Line {
  at: number;
  kind: "added" | "removed" | "place" | "same";
  text: string;
}

export function lines(diff: string): Line[] {
  return diff
    .split("\n")
    .map((text, at) => ({ at, kind: kindOf(text), text }))
    .filter(({ text }) => text !== "" && !text.startsWith("--- ") && !text.startsWith("+++ "));
}

function kindOf(text: string): Line["kind"] {
  if (text.startsWith("@@")) return "place";
  if (text.startsWith("+")) return "added";
  return text.startsWith("-") ? "removed" : "same";
}
