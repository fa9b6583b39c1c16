/** Which prompts of a team are shown, and in which order: all of it stands in the address, to be sent to a colleague. */

export const SORTS = ["changed", "name", "created"] as const;
export type Sort = (typeof SORTS)[number];

export const STATES = ["active", "live", "draft", "archived", "any"] as const;
export type State = (typeof STATES)[number];

export interface Listing {
  q: string;
  folder: string;
  label: string;
  author: string;
  state: State;
  sort: Sort;
}

export const EVERYTHING: Listing = {
  q: "",
  folder: "",
  label: "",
  author: "",
  state: "active",
  sort: "changed",
};

export function readListing(search: string): Listing {
  const given = new URLSearchParams(search);
  const of = <T extends string>(name: string, words: readonly T[], otherwise: T): T =>
    words.find((word) => word === given.get(name)) ?? otherwise;
  return {
    q: given.get("q") ?? "",
    folder: given.get("folder") ?? "",
    label: given.get("label") ?? "",
    author: given.get("author") ?? "",
    state: of("status", STATES, EVERYTHING.state),
    sort: of("sort", SORTS, EVERYTHING.sort),
  };
}

/** The query of an address that shows it; what is as usual is left out. */
export function writeListing(listing: Listing): string {
  const { state, ...rest } = listing;
  const said = Object.entries({ ...rest, status: state }).filter(([name, value]) => {
    const usual: Record<string, string> = { ...EVERYTHING, status: EVERYTHING.state };
    return value !== usual[name];
  });
  const query = new URLSearchParams(said).toString();
  return query ? `?${query}` : "";
}

/** What the server is asked for. */
export function asked(listing: Listing): Record<string, string> {
  const { q, folder, label, author, state, sort } = listing;
  const query: Record<string, string> = { sort, overview: "true" };
  if (q.trim()) query.q = q.trim().slice(0, 200);
  if (folder) query.folder = folder;
  if (label) query.label = label;
  if (author) query.author = author;
  if (state !== "any") query.status = state === "archived" ? "archived" : "active";
  if (state === "live" || state === "draft") query.version_status = state;
  return query;
}

/** Says whether it leaves anything out, beside what is archived. */
export function isNarrowed(listing: Listing): boolean {
  const { q, folder, label, author, state } = listing;
  return !!(q.trim() || folder || label || author) || state !== EVERYTHING.state;
}

/** A folder and those that it is in, the outermost first. */
export function trail(folder: string): { name: string; folder: string }[] {
  const parts = folder.split("/").filter(Boolean);
  return parts.map((name, at) => ({ name, folder: parts.slice(0, at + 1).join("/") }));
}

/** The folders that are directly in one. */
export function inside<T extends { folder: string }>(folders: readonly T[], folder: string): T[] {
  const beginning = folder ? `${folder}/` : "";
  return folders.filter(
    (one) => one.folder.startsWith(beginning) && !one.folder.slice(beginning.length).includes("/"),
  );
}
