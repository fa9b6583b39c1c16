/** What a move does, in words, before it is made. */
import type { Move } from "./moves";
import type { Version } from "./versions";

export function describe(move: Move, versions: readonly Version[]): string {
  const to = `version ${move.version.version}`;
  switch (move.kind) {
    case "promote": {
      if (move.to === "stable")
        return `Version ${move.version.version} becomes stable: its text cannot change any more.`;
      const live = versions.find((one) => one.status === "live");
      return `live: ${live ? `version ${live.version}` : "nothing"} → ${to}. Every application that asks for the live version gets it within a second.`;
    }
    case "demote":
      return `live: ${to} → nothing. Applications that ask for the live version keep what they have, marked as withdrawn.`;
    case "archive":
      return `Version ${move.version.version} goes out of use.${move.version.status === "live" ? " Nothing is live then." : ""}`;
    case "label": {
      const holder = versions.find((one) => one.tags.includes(move.label));
      return `${move.label}: ${holder ? `version ${holder.version}` : "nothing"} → ${to}.`;
    }
    case "unlabel":
      return `${move.label}: ${to} → nothing.`;
    case "back":
      return `${move.label} goes back to where it was before its last move.`;
  }
}

/** The verb on the button that makes a move. */
export function verb(move: Move): string {
  switch (move.kind) {
    case "promote":
      return move.to === "live" ? "Go live" : "Make stable";
    case "demote":
      return "Take out of live";
    case "archive":
      return "Archive";
    case "label":
      return "Move label";
    case "unlabel":
      return "Remove label";
    case "back":
      return "Put back";
  }
}
