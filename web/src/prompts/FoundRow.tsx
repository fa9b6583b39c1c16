import { Anchor, Badge, Group, Text } from "@mantine/core";
import { memo } from "react";
import { Link } from "wouter";
import { ago } from "../ui/ago";
import type { Found } from "./prompts";
import { StatusBadge } from "./StatusBadge";

const LABELS = 4;

interface Props {
  team: string;
  prompt: Found;
  index: number;
  isHere: boolean;
  onFocus: (index: number) => void;
}

/** A prompt in a list: what it is called, what is live, and what happened last. */
export const FoundRow = memo(Row);

function Row({ team, prompt, index, isHere, onFocus }: Props) {
  const folder = prompt.name.slice(0, prompt.name.lastIndexOf("/") + 1);
  const href = `/teams/${team}/prompts/${prompt.slug}`;
  return (
    <div className="row">
      <div className="what">
        <Anchor
          component={Link}
          href={prompt.match ? `${href}?version=${prompt.match.version}` : href}
          fw={500}
          tabIndex={isHere ? 0 : -1}
          onFocus={() => onFocus(index)}
        >
          {folder ? (
            <Text span c="dimmed" inherit>
              {folder}
            </Text>
          ) : null}
          {prompt.name.slice(folder.length)}
        </Anchor>
        <Text size="xs" c="dimmed" truncate>
          {prompt.match?.excerpt ? (
            <>
              v{prompt.match.version}: <code>{prompt.match.excerpt}</code>
            </>
          ) : (
            <>
              <code>{prompt.slug}</code> {prompt.description}
            </>
          )}
        </Text>
      </div>
      <Stand prompt={prompt} />
    </div>
  );
}

/** What is live, which labels lead where, and who wrote last. */
function Stand({ prompt }: { prompt: Found }) {
  const overview = prompt.overview;
  if (!overview) return null;
  const { newest, live_version: live, tags } = overview;
  const isNewer = newest && newest.version !== live;
  return (
    <div className="stand">
      <Group gap={4} justify="flex-end">
        {prompt.status === "archived" ? <StatusBadge status="archived" /> : null}
        {live ? <StatusBadge status="live" version={live} /> : null}
        {isNewer ? <StatusBadge status={newest.status} version={newest.version} /> : null}
        {newest ? null : (
          <Text size="xs" c="dimmed">
            nothing written yet
          </Text>
        )}
        {tags.slice(0, LABELS).map((one) => (
          <Badge key={one.tag} size="sm" variant="default" tt="none">
            {one.tag} v{one.version}
          </Badge>
        ))}
        {tags.length > LABELS ? <Text size="xs">and {tags.length - LABELS} more</Text> : null}
      </Group>
      <Text size="xs" c="dimmed" truncate ta="right">
        {newest?.author.name ? `${newest.author.name}, ` : ""}
        {overview.changed_at ? `changed ${ago(overview.changed_at)}` : ago(prompt.created_at)}
      </Text>
    </div>
  );
}
