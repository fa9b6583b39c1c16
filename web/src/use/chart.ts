/** Counts over time, as bars: one for each hour or day, in parts. */

export interface Period {
  days: number;
  by: "hour" | "day";
}

export const PERIODS: Record<string, Period & { label: string }> = {
  "1": { days: 1, by: "hour", label: "24 hours" },
  "7": { days: 7, by: "day", label: "7 days" },
  "30": { days: 30, by: "day", label: "30 days" },
};

export interface Slice {
  at: string;
  version: number;
  label: string | null;
  renders: number;
  resolves: number;
}

export interface Bar {
  at: number;
  /** By series; those that have nothing then are left out. */
  parts: Record<string, number>;
  total: number;
}

export interface Chart {
  series: string[];
  bars: Bar[];
  most: number;
}

const LENGTH = { hour: 3_600_000, day: 86_400_000 };
const SERIES = 6;
const OTHERS = "others";

/** What a slice is part of: a version, or the label by which it was asked for. */
export function seriesOf(slice: Pick<Slice, "version" | "label">, by: "version" | "label"): string {
  if (by === "label") return slice.label ?? "by number";
  return slice.version ? `v${slice.version}` : "fallback";
}

export function chart(
  slices: readonly Slice[],
  { since, until, by }: { since: string; until: string; by: "hour" | "day" },
  group: "version" | "label",
): Chart {
  const length = LENGTH[by];
  const first = Math.floor(Date.parse(since) / length) * length;
  const count = Math.floor((Date.parse(until) - first) / length) + 1;
  const bars: Bar[] = Array.from({ length: count }, (_, at) => ({
    at: first + at * length,
    parts: {},
    total: 0,
  }));
  const shown = largest(slices, group);
  for (const slice of slices) {
    const bar = bars[Math.floor((Date.parse(slice.at) - first) / length)];
    if (!bar) continue;
    const name = seriesOf(slice, group);
    const part = shown.includes(name) ? name : OTHERS;
    const used = slice.renders + slice.resolves;
    bar.parts[part] = (bar.parts[part] ?? 0) + used;
    bar.total += used;
  }
  const series = bars.some((bar) => OTHERS in bar.parts) ? [...shown, OTHERS] : shown;
  return { series, bars, most: Math.max(0, ...bars.map((bar) => bar.total)) };
}

/** The series of which there is most, in their order. */
function largest(slices: readonly Slice[], group: "version" | "label"): string[] {
  const totals = new Map<string, number>();
  for (const slice of slices) {
    const name = seriesOf(slice, group);
    totals.set(name, (totals.get(name) ?? 0) + slice.renders + slice.resolves);
  }
  const names = [...totals.entries()].sort((one, other) => other[1] - one[1]).map(([name]) => name);
  return names.slice(0, SERIES).sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}
