/** Unsaved work, kept in the browser so that a closed tab loses nothing. */
import { type Draft, readWritten, written } from "./draft";
import type { Version } from "./versions";

/** What somebody was writing, and the tag of the version that they began with. */
export interface Kept {
  draft: Draft;
  readAs: string | null;
}

function key(version: Version): string {
  return `promptwire:draft:${version.id}`;
}

export function keep(version: Version, { draft, readAs }: Kept): void {
  attempt(() => localStorage.setItem(key(version), JSON.stringify({ draft: written(draft), readAs })));
}

export function drop(version: Version): void {
  attempt(() => localStorage.removeItem(key(version)));
}

export function kept(version: Version): Kept | null {
  return attempt(() => {
    const text = localStorage.getItem(key(version));
    if (text === null) return null;
    const { draft, readAs } = JSON.parse(text) as { draft: string; readAs: string | null };
    return { draft: readWritten(draft), readAs };
  });
}

/** A full or forbidden storage must not stop anybody from writing. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
