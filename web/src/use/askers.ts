/** Who is affected when labels move, in words. */

interface Serving {
  id: string;
  service: string;
  label: string | null;
}

const SHOWN = 4; // services

export function affected(processes: readonly Serving[], labels: readonly string[]): string {
  const ids = new Map<string, Set<string>>();
  for (const one of processes) {
    if (one.label === null || !labels.includes(one.label)) continue;
    const service = one.service || "without a name";
    ids.set(service, (ids.get(service) ?? new Set()).add(one.id));
  }
  const counts = [...ids.entries()].map(([service, of]) => [service, of.size] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return "No running process is known to ask for it now.";
  counts.sort((one, other) => other[1] - one[1]);
  const named = counts.slice(0, SHOWN).map(([service, count]) => `${service} (${count})`);
  const more = counts.length > SHOWN ? ` and ${counts.length - SHOWN} more` : "";
  return `${total} running ${total === 1 ? "process asks" : "processes ask"} for it now: ${named.join(", ")}${more}.`;
}
