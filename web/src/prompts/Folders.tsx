import { Button, Group, Select, Text } from "@mantine/core";
import { IconFolder } from "@tabler/icons-react";
import { inside, type Listing, trail } from "./listing";
import type { Choices } from "./prompts";

const SHOWN = 8;

/** The folder one is in, those it is in, and those in it. */
export function Folders({
  listing,
  choices,
  onChange,
}: {
  listing: Listing;
  choices: Choices | undefined;
  onChange: (changed: Partial<Listing>) => void;
}) {
  const folders = choices?.folders ?? [];
  if (folders.length === 0 && !listing.folder) return null;
  const within = inside(folders, listing.folder);
  const go = (folder: string) => onChange({ folder });
  return (
    <Group gap={6} component="nav" aria-label="Folders">
      {listing.folder ? (
        <>
          <Step name="All prompts" onClick={() => go("")} />
          {trail(listing.folder).map((one) => (
            <Group gap={6} key={one.folder}>
              <Text c="dimmed" aria-hidden>
                /
              </Text>
              <Step name={one.name} isHere={one.folder === listing.folder} onClick={() => go(one.folder)} />
            </Group>
          ))}
        </>
      ) : null}
      {within.slice(0, SHOWN).map((one) => (
        <Button
          key={one.folder}
          size="compact-sm"
          variant="default"
          leftSection={<IconFolder size={14} aria-hidden />}
          onClick={() => go(one.folder)}
        >
          {one.folder.slice(listing.folder ? listing.folder.length + 1 : 0)} ({one.prompts})
        </Button>
      ))}
      {folders.length > SHOWN ? (
        <Select
          aria-label="Folder"
          placeholder="Another folder"
          size="xs"
          searchable
          data={folders.map((one) => ({ value: one.folder, label: `${one.folder} (${one.prompts})` }))}
          value={listing.folder || null}
          onChange={(folder) => go(folder ?? "")}
        />
      ) : null}
    </Group>
  );
}

function Step({ name, isHere, onClick }: { name: string; isHere?: boolean; onClick: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant={isHere ? "filled" : "default"}
      aria-current={isHere ? "location" : undefined}
      onClick={onClick}
    >
      {name}
    </Button>
  );
}
