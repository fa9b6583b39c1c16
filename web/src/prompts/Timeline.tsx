import { Badge, Group, NavLink, ScrollArea, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { ago } from "../ui/ago";
import { StatusBadge } from "./StatusBadge";
import type { Version } from "./versions";

/** The versions of a prompt, newest first. */
export function Timeline({
  versions,
  chosen,
  href,
}: {
  versions: readonly Version[];
  chosen: number;
  href: (version: number) => string;
}) {
  return (
    <ScrollArea.Autosize mah="70vh" type="auto" scrollbars="y">
      <Stack gap={2} component="nav" aria-label="Versions">
        {versions.map((version) => (
          <NavLink
            key={version.id}
            component={Link}
            href={href(version.version)}
            active={version.version === chosen}
            aria-current={version.version === chosen ? "page" : undefined}
            label={<Head version={version} />}
            description={<About version={version} />}
          />
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}

function Head({ version }: { version: Version }) {
  return (
    <Group gap={6}>
      <Text fw={600}>v{version.version}</Text>
      <StatusBadge status={version.status} />
      {version.tags.map((tag) => (
        <Badge key={tag} size="sm" variant="default" tt="none">
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function About({ version }: { version: Version }) {
  const author = version.author.name ?? version.author.kind.replace("_", " ");
  return (
    <Text size="xs" lineClamp={3} c="dimmed" className="wrapped">
      {version.message ? `${version.message} · ` : ""}
      {author}, {ago(version.created_at)}
    </Text>
  );
}
