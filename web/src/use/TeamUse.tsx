import { Anchor, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import type { Schemas } from "../api/client";
import { Waiting } from "../app/Waiting";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { useTeamUse } from "./use";

const DAYS = 30;

/** Which prompts of a team are used most, and which nobody uses. */
export default function TeamUse({ team }: { team: string }) {
  const use = useTeamUse(team, DAYS);
  if (use.isPending) return <Waiting />;
  if (use.isLoadingError) {
    return <Failure error={use.error} what="The use cannot be shown" retry={() => use.refetch()} />;
  }
  const { most_used: used, unused, counting_since: since } = use.data;
  if (!used.length && !unused.length) {
    return (
      <Empty title="Nothing was used yet">
        Open a prompt and look under Connect: what applications render is counted here within a minute.
      </Empty>
    );
  }
  return (
    <Stack gap="xl">
      <Title order={2}>Use</Title>
      {since ? (
        <Text size="sm" c="dimmed">
          Counted for the last {DAYS} days; this server began to count {ago(since)}.
        </Text>
      ) : null}
      <Stack component="section" aria-label="Most used">
        <Title order={3}>Most used</Title>
        {used.length ? <Rows team={team} prompts={used} /> : <Text>No prompt was used.</Text>}
      </Stack>
      <Stack component="section" aria-label="Unused">
        <Title order={3}>Not used for {DAYS} days</Title>
        {unused.length ? (
          <Rows team={team} prompts={unused} />
        ) : (
          <Text size="sm">Every prompt that is older was used.</Text>
        )}
      </Stack>
    </Stack>
  );
}

function Rows({ team, prompts }: { team: string; prompts: readonly Schemas["PromptInUse"][] }) {
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Prompt</Table.Th>
            <Table.Th>Renders</Table.Th>
            <Table.Th>Reads</Table.Th>
            <Table.Th>Errors</Table.Th>
            <Table.Th>Last used</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {prompts.map((one) => (
            <Table.Tr key={one.prompt_id}>
              <Table.Td>
                <Anchor component={Link} href={`/teams/${team}/prompts/${one.slug}?tab=use`}>
                  {one.name}
                </Anchor>
              </Table.Td>
              <Table.Td>{one.renders.toLocaleString("en")}</Table.Td>
              <Table.Td>{one.resolves.toLocaleString("en")}</Table.Td>
              <Table.Td>{one.errors.toLocaleString("en")}</Table.Td>
              <Table.Td>{one.last_used_at ? ago(one.last_used_at) : "never"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
