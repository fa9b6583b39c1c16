import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { Waiting } from "../app/Waiting";
import { useOrgTeams } from "../teams/orgs";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";
import { Once } from "../ui/Once";
import { KeyForm } from "./KeyForm";
import { fieldsOf, keyChange } from "./keyFields";
import { type Key, useAdoptKey, useKeys, useRegenerateKey, useRevokeKey, useUpdateKey } from "./keyQueries";
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
  if (keys.isLoadingError)
    return <Failure error={keys.error} what="The keys cannot be shown" retry={() => keys.refetch()} />;
  const all = keys.data.pages.flatMap((page) => page.api_keys);
  return (
    <Stack>
      <NewKey org={org} onMade={setSecret} />
      {secret ? (
        <Once title={`The key ${secret.name}`} value={secret.key} onClose={() => setSecret(null)}>
          Copy it now: it is shown this once, and nobody can look it up later.
        </Once>
      ) : null}
      {all.length ? (
        <List org={org} keys={all} onMade={setSecret} />
      ) : (
        <Empty title="No keys yet">An application asks for prompts with a key. Make one above.</Empty>
      )}
      <More list={keys} />
    </Stack>
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
  const adopt = useAdoptKey(org);
  const [edited, edit] = useState<Key | null>(null);
  const error = regenerate.error ?? revoke.error ?? adopt.error;
  return (
    <>
      {error ? <Failure error={error} what="Nothing was changed" /> : null}
      {edited ? <Edit key={edited.id} org={org} edited={edited} onClose={() => edit(null)} /> : null}
      <Table.ScrollContainer minWidth={760}>
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
                <Table.Td>
                  {key.name}
                  {key.created_by ? null : (
                    <Text size="xs" c="dimmed">
                      Nobody answers for it: it reads, but writes no more until somebody adopts it.
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{MAY[key.operation]}</Table.Td>
                <Table.Td>
                  <Limits org={org} limited={key} />
                </Table.Td>
                <Table.Td title={key.last_used_at ?? undefined}>
                  {key.last_used_at ? ago(key.last_used_at) : "never"}
                </Table.Td>
                <Table.Td>{key.expires_at ? key.expires_at.slice(0, 10) : "never"}</Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <Act what="Change" name={key.name} onClick={() => edit(key)} />
                    <Act
                      what="New secret"
                      aria={`New secret for ${key.name}`}
                      onClick={() =>
                        confirm(
                          `Applications that use ${key.name} stop working until they have its new secret.`,
                        ) && regenerate.mutate(key.id, { onSuccess: onMade })
                      }
                    />
                    {key.operation === "read_render" ? null : (
                      <Act
                        what="Adopt"
                        name={key.name}
                        onClick={() =>
                          confirm(
                            `What ${key.name} writes counts within your rights from now on. Answer for it?`,
                          ) && adopt.mutate(key.id)
                        }
                      />
                    )}
                    <Act
                      what="Revoke"
                      name={key.name}
                      onClick={() =>
                        confirm(`Applications that use ${key.name} stop working. Revoke it?`) &&
                        revoke.mutate(key.id)
                      }
                    />
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

function Act({
  what,
  name,
  aria = `${what} ${name}`,
  onClick,
}: {
  what: string;
  name?: string;
  aria?: string;
  onClick: () => void;
}) {
  return (
    <Button variant="default" size="compact-sm" aria-label={aria} onClick={onClick}>
      {what}
    </Button>
  );
}

function Edit({ org, edited, onClose }: { org: string; edited: Key; onClose: () => void }) {
  const update = useUpdateKey(org);
  const before = fieldsOf(edited);
  return (
    <KeyForm
      org={org}
      title={`Change ${edited.name}`}
      before={before}
      verb="Save key"
      error={update.error}
      failed="Nothing was changed"
      isSaving={update.isPending}
      onSave={(after) =>
        update.mutate({ id: edited.id, body: keyChange(before, after) }, { onSuccess: onClose })
      }
      onClose={onClose}
    />
  );
}

function Limits({ org, limited }: { org: string; limited: Key }) {
  const teams = useOrgTeams(org);
  const all = teams.data?.pages.flatMap((page) => page.teams) ?? [];
  const named = (id: string) => all.find((one) => one.id === id)?.name ?? "another team";
  const parts = [
    limited.team_ids ? limited.team_ids.map(named).join(", ") || "no team any more" : "all teams",
  ];
  if (limited.readable_labels?.length) parts.push(`reads ${limited.readable_labels.join(", ")}`);
  if (limited.movable_labels?.length) parts.push(`moves ${limited.movable_labels.join(", ")}`);
  return parts.join("; ");
}

const MAY: Record<Key["operation"], string> = {
  read_render: "read and render",
  all: "read and write",
  admin: "administer",
};
