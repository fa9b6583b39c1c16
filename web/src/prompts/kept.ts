/** Unsaved text, kept in the browser so that a closed tab loses nothing. */
import type { Version } from "./versions";

function key(version: Version): string {
  return `promptwire:draft:${version.id}`;
}

export function keep(version: Version, text: string): void {
  try {
    if (text === version.template) localStorage.removeItem(key(version));
    else localStorage.setItem(key(version), text);
  } catch {
    // a full or forbidden storage must not stop anybody from writing
  }
}

export function kept(version: Version): string | null {
  try {
    return localStorage.getItem(key(version));
  } catch {
    return null;
  }
}
