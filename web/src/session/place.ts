/** Where somebody wanted to go who has to sign in elsewhere first. */
const KEY = "promptwire:place";

export function keepPlace(path: string): void {
  try {
    sessionStorage.setItem(KEY, path);
  } catch {
    // without storage one arrives at the first page
  }
}

/** Gives the place once; only one inside the application counts. */
export function takePlace(): string | null {
  try {
    const path = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return path && isInside(path) && path !== "/" ? path : null;
  } catch {
    return null;
  }
}

/** A path of this application, and no address of another host. */
export function isInside(path: string): boolean {
  return /^\/(?![/\\])/.test(path);
}
