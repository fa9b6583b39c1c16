import { Alert, Button, Code, CopyButton, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { Waiting } from "../app/Waiting";
import { useTeams } from "../teams/teams";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { type Key, useKeys, useRegenerateKey, useRevokeKey } from "./keys";
import { NewKey } from "./NewKey";

/** A key's secret, which is shown this once. */
export interface Secret {
  name: string;
  key: string;
}

/** The API keys of an organization. */
export function Keys({ org }: { org: string }) {
  const keys = useKeys(org);
  const [secret, setSecret] = useState<Secret | null>(null);
  if (keys.isPending) return <Waiting />;
  if (keys.error)
    return <Failure error={keys.error} what="The keys cannot be shown" retry={() => keys.refetch()} />;
  return (
    <Stack>
      <NewKey org={org} onMade={setSecret} />
      {secret ? <Shown secret={secret} onClose={() => setSecret(null)} /> : null}
      {keys.data.length ? (
        <List org={org} keys={keys.data} onMade={setSecret} />
      ) : (
        <Empty title="No keys yet">An application asks for prompts with a key. Make one above.</Empty>
      )}
    </Stack>
  );
}

function Shown({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  return (
    <Alert color="teal" role="status" title={`The key ${secret.name}`}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">Copy it now: it is shown this once, and nobody can look it up later.</Text>
        <Code block tabIndex={0} data-testid="secret">
          {secret.key}
        </Code>
        <Group>
          <CopyButton value={secret.key}>
            {({ copied, copy }) => (
              <Button size="compact-sm" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button size="compact-sm" variant="default" onClick={onClose}>
            I have it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function List({
  org,
  keys,
  onMade,
}: {
  org: string;
  keys: readonly Key[];
  onMade: (secret: Secret) => void;
}) {
  const regenerate = useRegenerateKey(org);
  const revoke = useRevokeKey(org);
  const teams = useTeams();
  const error = regenerate.error ?? revoke.error;
  const named = (id: string) => teams.data?.find((one) => one.id === id)?.name ?? "another team";
  const limits = (key: Key) => {
    const parts = [(key.team_ids ?? []).map(named).join(", ") || "all teams"];
    if (key.readable_labels?.length) parts.push(`reads ${key.readable_labels.join(", ")}`);
    if (key.movable_labels?.length) parts.push(`moves ${key.movable_labels.join(", ")}`);
    return parts.join("; ");
  };
  return (
    <>
      {error ? <Failure error={error} what="Nothing was changed" /> : null}
      <Table.ScrollContainer minWidth={680}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>May</Table.Th>
              <Table.Th>In</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>Ends</Table.Th>
              <Table.Th aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((key) => (
              <Table.Tr key={key.id}>
                <Table.Td>{key.name}</Table.Td>
                <Table.Td>{MAY[key.operation]}</Table.Td>
                <Table.Td>{limits(key)}</Table.Td>
                <Table.Td>{key.last_used_at ? ago(key.last_used_at) : "never"}</Table.Td>
                <Table.Td>{key.expires_at ? key.expires_at.slice(0, 10) : "never"}</Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={`New secret for ${key.name}`}
                      onClick={() =>
                        confirm(
                          `Applications that use ${key.name} stop working until they have its new secret.`,
                        ) && regenerate.mutate(key.id, { onSuccess: onMade })
                      }
                    >
                      New secret
                    </Button>
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`Revoke ${key.name}`}
                      onClick={() =>
                        confirm(`Applications that use ${key.name} stop working. Revoke it?`) &&
                        revoke.mutate(key.id)
                      }
                    >
                      Revoke
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

const MAY: Record<Key["operation"], string> = {
  read_render: "read and render",
  all: "read and write",
  admin: "administer",
};
