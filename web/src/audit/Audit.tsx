import { Badge, Button, Group, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, base, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { usePrompts } from "../prompts/prompts";
import { useTeams } from "../teams/teams";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Facts } from "../ui/Facts";
import { Failure } from "../ui/Failure";

/** The audit log of a team's organization, for its administrators: filtered, page by page, or as a file. */
export default function Audit({ team }: { team: string }) {
  const teams = useTeams();
  if (teams.isPending) return <Waiting />;
  if (teams.isLoadingError) return <Failure error={teams.error} what="The audit log cannot be shown" />;
  const org = teams.data.find((one) => one.id === team)?.org_id;
  if (!org)
    return <Empty title="This team belongs to no organization">The audit log is an organization's.</Empty>;
  return <Log org={org} team={team} />;
}

function Log({ org, team }: { org: string; team: string }) {
  const prompts = usePrompts(team);
  const [prompt, setPrompt] = useState<string | null>(null);
  const [typed, setLabel] = useState("");
  const [label] = useDebouncedValue(typed.trim(), 300);
  const filter = { ...(prompt ? { prompt_id: prompt } : {}), ...(label ? { label } : {}) };
  const log = useInfiniteQuery({
    queryKey: ["audit", org, filter],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const query = { ...filter, ...(pageParam ? { cursor: pageParam } : {}) };
      return data(api.GET("/v1/orgs/{orgID}/audit-logs", { params: { path: { orgID: org }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const entries = log.data?.pages.flatMap((page) => page.logs) ?? [];
  return (
    <Stack>
      <Title order={2}>Audit log</Title>
      <Group align="flex-end">
        <Select
          label="Prompt"
          placeholder="All of them"
          clearable
          searchable
          data={(prompts.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
          value={prompt}
          onChange={setPrompt}
        />
        <TextInput
          label="Label"
          placeholder="Such as live"
          value={typed}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button
          component="a"
          variant="default"
          download="audit-log.ndjson"
          href={`${base}/v1/orgs/${org}/audit-logs/export?${new URLSearchParams(filter)}`}
        >
          Export
        </Button>
      </Group>
      {log.isPending ? <Waiting /> : null}
      {log.error ? (
        <Failure error={log.error} what="The audit log cannot be shown" retry={() => log.refetch()} />
      ) : null}
      {log.data && entries.length === 0 ? (
        <Empty title="Nothing found">No change fits these filters.</Empty>
      ) : null}
      {entries.length ? (
        <Table.ScrollContainer minWidth={640}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Who</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td title={one.created_at}>{ago(one.created_at)}</Table.Td>
                  <Table.Td>{one.actor_name ?? one.actor_kind.replace("_", " ")}</Table.Td>
                  <Table.Td>
                    <Group gap={6}>
                      <Text size="sm">{one.action.replace(/[._]/g, " ")}</Text>
                      {one.label ? (
                        <Badge variant="default" tt="none">
                          {one.label}
                        </Badge>
                      ) : null}
                    </Group>
                    <Facts metadata={one.metadata} />
                  </Table.Td>
                  <Table.Td>{one.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      {log.hasNextPage ? (
        <Button
          variant="default"
          style={{ alignSelf: "flex-start" }}
          loading={log.isFetchingNextPage}
          onClick={() => log.fetchNextPage()}
        >
          Earlier
        </Button>
      ) : null}
    </Stack>
  );
}
