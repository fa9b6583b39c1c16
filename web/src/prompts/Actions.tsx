import { Alert, Button, Group, Menu, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { usePromptPermissions, whyNot, whyNotMove } from "../permissions/permissions";
import { Act } from "../ui/Act";
import { Failure } from "../ui/Failure";
import { Done } from "./Done";
import { type Made, MoveDialog } from "./MoveDialog";
import type { Move } from "./moves";
import { Choice } from "./PromptHead";
import type { Prompt } from "./prompts";
import { useDeleteDraft, useDuplicateVersion, type Version } from "./versions";

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
  const [isDeleting, setDeleting] = useState(false);
  const [, go] = useLocation();
  const duplicate = useDuplicateVersion(prompt);
  const remove = useDeleteDraft(prompt);
  const permissions = usePromptPermissions(prompt.id);
  const writing = whyNot(permissions.data, "create_versions");
  const releasing = writing ?? whyNotMove(permissions.data, "live");
  const moving = (tag: string) => writing ?? whyNotMove(permissions.data, tag);
  const isReleasable = version.status === "draft" || version.status === "stable";
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Version {version.version}</Title>
        <Group gap="xs">
          <Act
            reason={writing}
            variant="default"
            loading={duplicate.isPending}
            onClick={() =>
              duplicate.mutate(version, { onSuccess: (made) => go(`${here}?version=${made.version}`) })
            }
          >
            New draft from this
          </Act>
          {isReleasable ? (
            <Act
              reason={releasing}
              color="teal.9"
              onClick={() => setMove({ kind: "promote", version, to: "live" })}
            >
              Go live
            </Act>
          ) : null}
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
                More
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {version.status === "draft" ? (
                <Choice reason={writing} onClick={() => setMove({ kind: "promote", version, to: "stable" })}>
                  Make stable
                </Choice>
              ) : null}
              {version.status === "live" ? (
                <Choice reason={releasing} onClick={() => setMove({ kind: "demote", version })}>
                  Take out of live
                </Choice>
              ) : null}
              {[...(version.status === "live" ? ["live"] : []), ...version.tags].map((tag) => (
                <Choice
                  key={`back ${tag}`}
                  reason={moving(tag)}
                  onClick={() => setMove({ kind: "back", version, label: tag })}
                >
                  Put {tag} back to where it was
                </Choice>
              ))}
              {version.tags.map((tag) => (
                <Choice
                  key={tag}
                  reason={moving(tag)}
                  onClick={() => setMove({ kind: "unlabel", version, label: tag })}
                >
                  Remove label {tag}
                </Choice>
              ))}
              {version.status === "draft" ? (
                <Choice color="red" reason={writing} onClick={() => setDeleting(true)}>
                  Delete draft
                </Choice>
              ) : null}
              {version.status !== "archived" ? (
                <Choice
                  color="red"
                  reason={version.status === "live" ? releasing : writing}
                  onClick={() => setMove({ kind: "archive", version })}
                >
                  Archive
                </Choice>
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
          {writing ? (
            <Act reason={writing} variant="light">
              Put on version {version.version}
            </Act>
          ) : (
            <Button type="submit" variant="light" disabled={!label.trim()}>
              Put on version {version.version}
            </Button>
          )}
        </Group>
      </form>
      {isDeleting ? (
        <Alert color="red" role="alert" title={`Delete version ${version.version} for good?`}>
          <Group justify="space-between">
            <Text size="sm">
              Nobody can bring its text back. To take it out of use and keep it, archive it instead.
            </Text>
            <Group gap="xs">
              <Button size="compact-sm" variant="default" onClick={() => setDeleting(false)}>
                Keep it
              </Button>
              <Button
                size="compact-sm"
                color="red"
                loading={remove.isPending}
                onClick={() => remove.mutate(version, { onSuccess: () => go(here) })}
              >
                Delete it
              </Button>
            </Group>
          </Group>
        </Alert>
      ) : null}
      {remove.error ? <Failure error={remove.error} what="Not deleted" /> : null}
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
