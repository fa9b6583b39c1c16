import { Alert, Anchor, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link } from "wouter";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { describe, verb } from "./describe";
import { led, obstacles, stops, warnings } from "./foresight";
import { type ChangeRequest, type Foresight, type Move, useForesight, useMove } from "./moves";
import type { Prompt } from "./prompts";
import { Replaced } from "./Replaced";
import type { Version } from "./versions";
import { Why } from "./Why";

/** What can be taken back after a move was made. */
export interface Made {
  words: string;
  moves: { label: string; to: number | null }[];
}

/** Says what a move will do and what policy asks for, asks why, and makes it or requests approval. */
export function MoveDialog({
  prompt,
  versions,
  move,
  onMade,
  onClose,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  move: Move;
  onMade: (made: Made) => void;
  onClose: () => void;
}) {
  const foresight = useForesight(prompt, move);
  const moving = useMove(prompt);
  const [reason, setReason] = useState("");
  const words = describe(move, versions);
  const byRequest = foresight.data ? !foresight.data.allowed && foresight.data.can_request_approval : false;
  const isStopped = foresight.data ? !foresight.data.allowed && !byRequest : false;
  const make = () =>
    moving.mutate(
      { move, reason, byRequest },
      {
        onSuccess: (request) => {
          if (request) announce(prompt, request);
          else onMade({ words, moves: foresight.data ? led(foresight.data) : [] });
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={verb(move)} size="lg" centered>
      <Stack>
        <Text>{words}</Text>
        {foresight.isPending ? <Waiting /> : null}
        {foresight.error ? <Failure error={foresight.error} what="This cannot be done" /> : null}
        {foresight.data ? <Foreseen foresight={foresight.data} isStopped={isStopped} /> : null}
        {foresight.data ? <Replaced prompt={prompt} foresight={foresight.data} /> : null}
        {moving.error ? <Failure error={moving.error} what="Nothing was changed" /> : null}
        <Why reason={reason} onChange={setReason} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={make} loading={moving.isPending} disabled={!foresight.data || isStopped}>
            {byRequest ? "Request approval" : verb(move)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What policy asks for, and what checks found. */
function Foreseen({ foresight, isStopped }: { foresight: Foresight; isStopped: boolean }) {
  const missing = [...obstacles(foresight), ...stops(foresight)];
  const noted = warnings(foresight);
  return (
    <>
      {foresight.allowed ? null : (
        <Alert
          color={isStopped ? "red" : "orange"}
          role="alert"
          title={isStopped ? "You cannot do this now" : "This needs the approval of others"}
        >
          <List size="sm">
            {missing.map((one) => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {noted.length ? (
        <Alert color="yellow" title="Checks found">
          <List size="sm">
            {noted.map((one) => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
    </>
  );
}

function announce(prompt: Prompt, request: ChangeRequest) {
  notifications.show({
    color: "green",
    autoClose: 10_000,
    title: "Approval is requested",
    message: (
      <Anchor component={Link} size="sm" href={`/teams/${prompt.team_id}/requests/${request.id}`}>
        See the change request
      </Anchor>
    ),
  });
}
