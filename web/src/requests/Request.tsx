import {
  Anchor,
  Badge,
  Breadcrumbs,
  Button,
  Group,
  Paper,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Unified } from "../prompts/Unified";
import { useUser } from "../session/session";
import { nameOf, useMembers } from "../teams/people";
import { ago } from "../ui/ago";
import { Failure } from "../ui/Failure";
import { type Answer, asked, type ChangeRequest, useAnswer, useRequest } from "./requestQueries";

/** A change request: what it would change, who approved it, what was said; and the answers to it. */
export default function Request({ team, id }: { team: string; id: string }) {
  const request = useRequest(id);
  if (request.isPending) return <Waiting />;
  if (request.isLoadingError) {
    return (
      <Failure
        error={request.error}
        what="The change request cannot be shown"
        retry={() => request.refetch()}
      />
    );
  }
  const shown = request.data;
  return (
    <Stack>
      <Breadcrumbs>
        <Anchor component={Link} href={`/teams/${team}/requests`}>
          Change requests
        </Anchor>
        <Anchor
          component={Link}
          href={`/teams/${team}/prompts/${shown.prompt_slug}?version=${shown.version}`}
        >
          {shown.prompt_slug}
        </Anchor>
      </Breadcrumbs>
      <Group>
        <Title order={2}>{asked(shown)}</Title>
        <Badge variant="default" tt="none" size="lg">
          {shown.status}
        </Badge>
      </Group>
      <About request={shown} team={team} />
      <Difference request={shown} />
      <Remarks request={shown} team={team} />
      <Answers request={shown} />
    </Stack>
  );
}

function About({ request, team }: { request: ChangeRequest; team: string }) {
  const members = useMembers(team);
  return (
    <Stack gap={4}>
      <Text size="sm">
        {nameOf(members.data, request.requested_by_kind, request.requested_by_id)} asked for it{" "}
        {ago(request.created_at)}
        {request.reason ? `: ${request.reason}` : "."}
      </Text>
      {request.approvals.map((one) => (
        <Text size="sm" key={one.label}>
          {one.label}: {one.given} of {one.needed} approvals.
        </Text>
      ))}
      {request.failure ? <Text size="sm">It could not be done: {request.failure}</Text> : null}
    </Stack>
  );
}

/** What whoever is led by the label would get instead. */
function Difference({ request }: { request: ChangeRequest }) {
  const move = request.moves.find((one) => one.from_version && one.to_version);
  const [from, to] = [move?.from_version, move?.to_version];
  const diff = useQuery({
    queryKey: ["versions", request.prompt_id, "diff", from, to],
    enabled: !!move,
    queryFn: async () => {
      const params = { path: { id: request.prompt_id }, query: { from: String(from), to: String(to) } };
      return data(api.GET("/v1/prompts/{id}/versions/diff", { params }));
    },
  });
  const version = useQuery({
    queryKey: ["versions", request.prompt_id, "one", request.version],
    enabled: !move,
    queryFn: async () => {
      const params = { path: { id: request.prompt_id, version: String(request.version) } };
      return (await data(api.GET("/v1/prompts/{id}/versions/{version}", { params }))).version;
    },
  });
  const error = diff.error ?? version.error;
  if (error) return <Failure error={error} what="The texts cannot be shown" />;
  if (diff.data) return <Unified diff={diff.data.diff} />;
  if (!version.data) return <Waiting />;
  return (
    <Paper withBorder p="md">
      <Text component="pre" m={0} ff="monospace" size="sm" className="wrapped">
        {version.data.template}
      </Text>
    </Paper>
  );
}

const SAID: Record<string, string> = {
  comment: "said",
  approval: "approved",
  decline: "declined",
  withdrawal: "withdrew it",
};

function Remarks({ request, team }: { request: ChangeRequest; team: string }) {
  const members = useMembers(team);
  if (request.remarks.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label="Remarks">
      {request.remarks.map((one) => (
        <Paper key={one.id} withBorder p="sm">
          <Text size="sm">
            <b>{nameOf(members.data, one.author_kind, one.author_id)}</b> {SAID[one.kind] ?? one.kind},{" "}
            {ago(one.created_at)}
          </Text>
          {one.comment ? <Text className="wrapped">{one.comment}</Text> : null}
        </Paper>
      ))}
    </Stack>
  );
}

function Answers({ request }: { request: ChangeRequest }) {
  const user = useUser();
  const [comment, setComment] = useState("");
  const answering = useAnswer(request);
  const isMine = user?.id === request.requested_by_id;
  const isOpen = request.status === "open";
  const give = (answer: Answer) =>
    answering.mutate({ answer, comment: comment.trim() }, { onSuccess: () => setComment("") });
  const button = (answer: Answer, words: string, look: object) => (
    <Button
      {...look}
      disabled={answering.isPending || (answer === "comments" && !comment.trim())}
      onClick={() => give(answer)}
    >
      {words}
    </Button>
  );
  return (
    <Stack>
      {answering.error ? <Failure error={answering.error} what="That was not done" /> : null}
      <Textarea
        label="Comment"
        autosize
        minRows={2}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Group>
        {isOpen ? button("approve", "Approve", { color: "teal.9" }) : null}
        {isOpen ? button("decline", "Decline", { variant: "default" }) : null}
        {isOpen && isMine ? button("withdraw", "Withdraw", { variant: "default" }) : null}
        {button("comments", "Comment", { variant: "default" })}
      </Group>
    </Stack>
  );
}
