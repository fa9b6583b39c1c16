import { Button, Group, Menu, Stack, TextInput, Title } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Failure } from "../ui/Failure";
import { Done } from "./Done";
import { type Made, MoveDialog } from "./MoveDialog";
import type { Move } from "./moves";
import type { Prompt } from "./prompts";
import { useDuplicateVersion, type Version } from "./versions";

/** What can be done with a version. */
export function Actions({
  prompt,
  versions,
  version,
  here,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  version: Version;
  here: string;
}) {
  const [move, setMove] = useState<Move | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [label, setLabel] = useState("");
  const [, go] = useLocation();
  const duplicate = useDuplicateVersion(prompt);
  const isReleasable = version.status === "draft" || version.status === "stable";
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Version {version.version}</Title>
        <Group gap="xs">
          <Button
            variant="default"
            loading={duplicate.isPending}
            onClick={() =>
              duplicate.mutate(version, { onSuccess: (made) => go(`${here}?version=${made.version}`) })
            }
          >
            New draft from this
          </Button>
          {isReleasable ? (
            <Button color="teal.9" onClick={() => setMove({ kind: "promote", version, to: "live" })}>
              Go live
            </Button>
          ) : null}
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
                More
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {version.status === "draft" ? (
                <Menu.Item onClick={() => setMove({ kind: "promote", version, to: "stable" })}>
                  Make stable
                </Menu.Item>
              ) : null}
              {version.status === "live" ? (
                <Menu.Item onClick={() => setMove({ kind: "demote", version })}>Take out of live</Menu.Item>
              ) : null}
              {[...(version.status === "live" ? ["live"] : []), ...version.tags].map((tag) => (
                <Menu.Item key={`back ${tag}`} onClick={() => setMove({ kind: "back", version, label: tag })}>
                  Put {tag} back to where it was
                </Menu.Item>
              ))}
              {version.tags.map((tag) => (
                <Menu.Item key={tag} onClick={() => setMove({ kind: "unlabel", version, label: tag })}>
                  Remove label {tag}
                </Menu.Item>
              ))}
              {version.status !== "archived" ? (
                <Menu.Item color="red" onClick={() => setMove({ kind: "archive", version })}>
                  Archive
                </Menu.Item>
              ) : null}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (label.trim()) setMove({ kind: "label", version, label: label.trim() });
        }}
      >
        <Group gap="xs">
          <TextInput
            aria-label="Label"
            placeholder="A label, such as production"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Button type="submit" variant="light" disabled={!label.trim()}>
            Put on version {version.version}
          </Button>
        </Group>
      </form>
      {duplicate.error ? <Failure error={duplicate.error} what="No draft was made" /> : null}
      {move ? (
        <MoveDialog
          prompt={prompt}
          versions={versions}
          move={move}
          onMade={setMade}
          onClose={() => setMove(null)}
        />
      ) : null}
      {made ? <Done key={made.words} prompt={prompt} made={made} onClose={() => setMade(null)} /> : null}
    </Stack>
  );
}
