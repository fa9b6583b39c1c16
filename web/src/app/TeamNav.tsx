import { Button, Group } from "@mantine/core";
import { Link, useLocation } from "wouter";

const PAGES = [
  ["Prompts", ""],
  ["Requests", "/requests"],
  ["Use", "/use"],
  ["Settings", "/settings"],
  ["Audit log", "/audit"],
] as const;

/** The pages of a team. */
export function TeamNav({ team }: { team: string }) {
  const [here] = useLocation();
  const root = `/teams/${team}`;
  const isAt = (path: string) =>
    path ? here.startsWith(`${root}${path}`) : here === root || here.startsWith(`${root}/prompts`);
  return (
    <Group component="nav" aria-label="Team" gap={4} mb="md">
      {PAGES.map(([name, path]) => (
        <Button
          key={path}
          component={Link}
          href={`${root}${path}`}
          size="compact-md"
          variant={isAt(path) ? "default" : "subtle"}
          aria-current={isAt(path) ? "page" : undefined}
        >
          {name}
        </Button>
      ))}
    </Group>
  );
}
