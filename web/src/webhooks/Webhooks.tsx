import { Anchor, Badge, Button, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Once } from "../ui/Once";
import { stateOf } from "./state";
import { WebhookForm } from "./WebhookForm";
import { useCreateWebhook, useWebhooks } from "./webhookQueries";

/** The webhooks of an organization. */
export function Webhooks({ org }: { org: string }) {
  const webhooks = useWebhooks(org);
  const [isNew, setNew] = useState(false);
  const create = useCreateWebhook(org);
  if (webhooks.isPending) return <Waiting />;
  if (webhooks.isLoadingError)
    return <Failure error={webhooks.error} what="They cannot be shown" retry={() => webhooks.refetch()} />;
  return (
    <Stack>
      <Button style={{ alignSelf: "flex-start" }} onClick={() => setNew(true)}>
        New webhook
      </Button>
      {isNew ? (
        <WebhookForm
          title="New webhook"
          before={{ name: "", url: "", events: ["label.*"] }}
          verb="Create webhook"
          error={create.error}
          isSaving={create.isPending}
          onSave={(fields) => create.mutate(fields, { onSuccess: () => setNew(false) })}
          onClose={() => setNew(false)}
        />
      ) : null}
      {create.data ? (
        <Once
          title={`The secret of ${create.data.name}`}
          value={create.data.secret}
          onClose={() => create.reset()}
        >
          The endpoint checks with it that a call is ours. Copy it now: it is shown this once.
        </Once>
      ) : null}
      {webhooks.data.length === 0 ? (
        <Empty title="No webhooks yet">
          A webhook tells a program of yours what changes here: a chat, a build, a cache.
        </Empty>
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Address</Table.Th>
                <Table.Th>Events</Table.Th>
                <Table.Th>State</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {webhooks.data.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Anchor component={Link} href={`/orgs/${org}/webhooks/${one.id}`}>
                      {one.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" className="wrapped">
                      {one.url}
                    </Text>
                  </Table.Td>
                  <Table.Td>{one.events.join(", ")}</Table.Td>
                  <Table.Td>
                    <Badge variant="default" tt="none">
                      {stateOf(one)}
                    </Badge>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
