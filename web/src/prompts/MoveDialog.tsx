import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Failure } from "../ui/Failure";
import { describe, verb } from "./describe";
import type { Prompt } from "./prompts";
import { type Move, useMove, type Version } from "./versions";

/** Says what a move will do, asks why, and makes it. */
export function MoveDialog({
  prompt,
  versions,
  move,
  onClose,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  move: Move;
  onClose: () => void;
}) {
  const moving = useMove(prompt);
  const [reason, setReason] = useState("");
  const make = () =>
    moving.mutate(
      { move, reason },
      {
        onSuccess: () => {
          notifications.show({ message: `Done: ${describe(move, versions)}`, color: "green" });
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={verb(move)} centered>
      <Stack>
        <Text>{describe(move, versions)}</Text>
        {moving.error ? <Failure error={moving.error} what="Nothing was changed" /> : null}
        <Textarea
          label="Why (kept in the history)"
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={make} loading={moving.isPending}>
            {verb(move)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
