import { Alert, Badge, Button, Group, Menu, Modal, Stack, Text, Textarea, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { usePromptPermissions, whyNot } from "../permissions/permissions";
import { Failure } from "../ui/Failure";
import type { Prompt } from "./prompts";
import { Why } from "./Why";

/** Changes a prompt itself, and makes doubtful what is shown of it. */
function usePromptChange<Input>(prompt: Prompt, run: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () =>
      Promise.all(
        [
          ["prompts", prompt.team_id],
          ["history", prompt.id],
          ["versions", prompt.id],
        ].map((queryKey) => queries.invalidateQueries({ queryKey })),
      ),
  });
}

/** What a prompt is called and for, and what becomes of it as a whole. */
export function PromptHead({ prompt }: { prompt: Prompt }) {
  const permissions = usePromptPermissions(prompt.id);
  const [opened, dialog] = useDisclosure();
  const [describing, about] = useDisclosure();
  const restore = usePromptChange(prompt, async () =>
    api.POST("/v1/prompts/{id}/restore", { params: { path: { id: prompt.id } } }),
  );
  const isArchived = prompt.status === "archived";
  const refused = (action: string) => whyNot(permissions.data, action);
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="xs">
          <Title order={2}>{prompt.name.slice(prompt.name.lastIndexOf("/") + 1)}</Title>
          {isArchived ? <Badge color="gray.7">archived</Badge> : null}
        </Group>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
              Prompt
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Choice reason={refused("update_prompt")} onClick={about.open}>
              Change the description
            </Choice>
            {isArchived ? (
              <Choice reason={refused("restore_prompt")} onClick={() => restore.mutate(undefined)}>
                Bring back into use
              </Choice>
            ) : (
              <Choice reason={refused("archive_prompt")} onClick={dialog.open}>
                Archive prompt
              </Choice>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Text c="dimmed" size="sm">
        <code>{prompt.slug}</code> {prompt.description}
      </Text>
      {isArchived ? (
        <Alert color="gray" title="Out of use">
          It still renders for applications that ask for it, and stands under Archived in the list of prompts.
        </Alert>
      ) : null}
      {restore.error ? <Failure error={restore.error} what="Not brought back" /> : null}
      {opened ? <Archive prompt={prompt} onClose={dialog.close} /> : null}
      {describing ? <Describe prompt={prompt} onClose={about.close} /> : null}
    </Stack>
  );
}

/** An item of a menu that says why it cannot be chosen. */
export function Choice({
  reason,
  onClick,
  children,
  color,
}: {
  reason: string | null;
  onClick: () => void;
  children: React.ReactNode;
  color?: string;
}) {
  return (
    <Menu.Item
      {...(color ? { color } : {})}
      {...(reason ? { "aria-disabled": true, "data-disabled": true } : { onClick })}
      closeMenuOnClick={reason === null}
    >
      {children}
      {reason ? (
        <Text size="xs" c="dimmed" maw={260}>
          {reason}
        </Text>
      ) : null}
    </Menu.Item>
  );
}

function Archive({ prompt, onClose }: { prompt: Prompt; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const archive = usePromptChange(prompt, async () => {
    const query = reason.trim() ? { reason: reason.trim() } : {};
    await api.POST("/v1/prompts/{id}/archive", { params: { path: { id: prompt.id }, query } });
  });
  return (
    <Modal opened onClose={onClose} title="Archive prompt" centered>
      <Stack>
        <Text size="sm">
          It leaves the list of prompts in use. Applications that ask for it still get it, and it can be
          brought back.
        </Text>
        {archive.error ? <Failure error={archive.error} what="Not archived" /> : null}
        <Why reason={reason} onChange={setReason} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color="red"
            loading={archive.isPending}
            onClick={() => archive.mutate(undefined, { onSuccess: onClose })}
          >
            Archive
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Describe({ prompt, onClose }: { prompt: Prompt; onClose: () => void }) {
  const [text, setText] = useState(prompt.description);
  const save = usePromptChange(prompt, async () =>
    api.PUT("/v1/prompts/{id}", { params: { path: { id: prompt.id } }, body: { description: text } }),
  );
  return (
    <Modal opened onClose={onClose} title="What the prompt is for" centered>
      <Stack>
        {save.error ? <Failure error={save.error} what="Not saved; your text is kept" /> : null}
        <Textarea
          label="Description"
          autosize
          minRows={3}
          maxLength={10_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate(undefined, { onSuccess: onClose })}>
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
