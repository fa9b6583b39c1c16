import { Badge } from "@mantine/core";

const COLOURS: Record<string, string> = {
  draft: "gray.7",
  stable: "blue.9",
  live: "teal.9",
  archived: "red.9",
};

/** The status of a version, and which version it is. */
export function StatusBadge({ status, version }: { status: string; version?: number }) {
  return (
    <Badge size="sm" color={COLOURS[status] ?? "gray.7"} tt="none">
      {version ? `${status} v${version}` : status}
    </Badge>
  );
}
