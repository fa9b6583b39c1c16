/** What scores say together, in words. */
import type { Schemas } from "../api/client";

type Summary = Schemas["ScoreSummary"];
type Comparison = Pick<Schemas["ScoreComparison"], "kind" | "difference" | "error">;

const SHOWN = 3; // categories

export function summed(summary: Summary | null | undefined): string {
  if (!summary) return "none";
  const of = `(${summary.count.toLocaleString("en")})`;
  if (summary.kind === "category") {
    const shares = summary.categories.slice(0, SHOWN).map((one) => `${one.category} ${percent(one.share)}`);
    return `${shares.join(", ")} ${of}`;
  }
  if (summary.mean === null) return of;
  if (summary.kind === "boolean") return `${percent(summary.mean)} ${of}`;
  const spread = summary.deviation === null ? "" : ` ± ${short(summary.deviation)}`;
  return `${short(summary.mean)}${spread} ${of}`;
}

/** How much higher the second mean is, and whether that may be chance: within twice its error it may. */
export function meant({ kind, difference, error }: Comparison): string {
  if (difference === null) return "";
  const sign = difference > 0 ? "+" : "";
  const said =
    kind === "boolean" ? `${sign}${Math.round(difference * 100)} points` : `${sign}${short(difference)}`;
  if (error === null) return said;
  return Math.abs(difference) > 2 * error ? `${said}, more than chance` : `${said}, may be chance`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en");
}
