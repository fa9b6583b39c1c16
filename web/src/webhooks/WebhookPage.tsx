import { Alert, Anchor, Badge, Breadcrumbs, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Waiting } from "../app/Waiting";
import { ago } from "../ui/ago";
import { Failure } from "../ui/Failure";
import { Once } from "../ui/Once";
import { Deliveries } from "./Deliveries";
import { stateOf } from "./state";
import { WebhookForm } from "./WebhookForm";
import {
  useDeleteWebhook,
  useRotateWebhook,
  useTestWebhook,
  useUpdateWebhook,
  useWebhook,
  type Webhook,
} from "./webhookQueries";

/** A webhook: where it goes, how it does, and each thing that it was told. */
export default function WebhookPage({ org, webhook: id }: { org: string; webhook: string }) {
  const webhook = useWebhook(org, id);
  if (webhook.isPending) return <Waiting />;
  if (webhook.isLoadingError)
    return (
      <Failure error={webhook.error} what="The webhook cannot be shown" retry={() => webhook.refetch()} />
    );
  const shown = webhook.data;
  return (
    <Stack>
      <Breadcrumbs>
        <Anchor component={Link} href={`/orgs/${org}?tab=webhooks`}>
          Webhooks
        </Anchor>
        <Text>{shown.name}</Text>
      </Breadcrumbs>
      <Group>
        <Title order={2}>{shown.name}</Title>
        <Badge variant="default" tt="none" size="lg">
          {stateOf(shown)}
        </Badge>
      </Group>
      <Text size="sm" className="wrapped">
        {shown.url} is told of {shown.events.join(", ")}.
      </Text>
      {shown.failing_since ? (
        <Alert color="orange" title={`Nothing has arrived since ${ago(shown.failing_since)}`}>
          What it is told is tried again, and parked in the end. Below is what it answered.
        </Alert>
      ) : null}
      <Acts org={org} webhook={shown} />
      <Deliveries org={org} webhook={shown.id} />
    </Stack>
  );
}

function Acts({ org, webhook }: { org: string; webhook: Webhook }) {
  const [isEdited, setEdited] = useState(false);
  const [, go] = useLocation();
  const update = useUpdateWebhook(org, webhook.id);
  const rotate = useRotateWebhook(org, webhook.id);
  const test = useTestWebhook(org, webhook.id);
  const remove = useDeleteWebhook(org, webhook.id);
  const error = (isEdited ? null : update.error) ?? rotate.error ?? test.error ?? remove.error;
  return (
    <>
      {error ? <Failure error={error} what="That was not done" /> : null}
      <Group gap="xs">
        <Button
          loading={test.isPending}
          onClick={() =>
            test.mutate(undefined, {
              onSuccess: (made) => go(`/orgs/${org}/webhooks/${webhook.id}?delivery=${made.id}`),
            })
          }
        >
          Send a test
        </Button>
        <Button variant="default" onClick={() => setEdited(true)}>
          Change
        </Button>
        <Button
          variant="default"
          loading={update.isPending && !isEdited}
          onClick={() => update.mutate({ enabled: !webhook.enabled })}
        >
          {webhook.enabled ? "Switch off" : "Switch on"}
        </Button>
        <Button
          variant="default"
          onClick={() =>
            confirm(`${webhook.name} gets a new secret; the old one counts for 24 hours more.`) &&
            rotate.mutate(undefined)
          }
        >
          New secret
        </Button>
        <Button
          variant="default"
          onClick={() =>
            confirm(`Delete ${webhook.name}, with the log of what it was told?`) &&
            remove.mutate(undefined, { onSuccess: () => go(`/orgs/${org}?tab=webhooks`) })
          }
        >
          Delete
        </Button>
      </Group>
      {rotate.data ? (
        <Once
          title={`The new secret of ${webhook.name}`}
          value={rotate.data.secret}
          onClose={() => rotate.reset()}
        >
          Copy it now: it is shown this once. The old one signs beside it for 24 hours.
        </Once>
      ) : null}
      {isEdited ? (
        <WebhookForm
          title={`Change ${webhook.name}`}
          before={{ name: webhook.name, url: webhook.url, events: webhook.events }}
          verb="Save webhook"
          error={update.error}
          isSaving={update.isPending}
          onSave={(fields) => update.mutate(fields, { onSuccess: () => setEdited(false) })}
          onClose={() => setEdited(false)}
        />
      ) : null}
    </>
  );
}
