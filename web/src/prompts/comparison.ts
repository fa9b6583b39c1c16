/** What is compared, and how it is shown: all of it stands in the address. */
export interface Comparison {
  /** The number of a version; 0 for the one that suggests itself. */
  from: number;
  of: "template" | "rendered";
  view: "side" | "unified";
  /** The id of a payload; empty for the first. */
  payload: string;
}

const NARROW = 700; // pixels in which two texts cannot stand side by side

export function readComparison(search: string, width = innerWidth): Comparison {
  const given = new URLSearchParams(search);
  const view = given.get("view");
  return {
    from: Number(given.get("from")) || 0,
    of: given.get("of") === "rendered" ? "rendered" : "template",
    view: view === "side" || view === "unified" ? view : width < NARROW ? "unified" : "side",
    payload: given.get("payload") ?? "",
  };
}

/** The query of an address that shows a version compared so. */
export function writeComparison(version: number, comparison: Comparison): string {
  const { from, of, view, payload } = comparison;
  const said = { tab: "compare", version: String(version), from: String(from), of, view };
  return `?${new URLSearchParams(payload ? { ...said, payload } : said)}`;
}
