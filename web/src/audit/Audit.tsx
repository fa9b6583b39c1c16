import { Button, Group, Select, Stack, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { api, base, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { usePrompts } from "../prompts/prompts";
import { type Team, useTeams } from "../teams/teams";
import { Changes } from "../ui/Changes";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";

/** The audit log of a team's organization, for its administrators: filtered, page by page, or as a file. */
export default function Audit({ team }: { team: string }) {
  const teams = useTeams();
  if (teams.isPending) return <Waiting />;
  if (teams.isLoadingError) return <Failure error={teams.error} what="The audit log cannot be shown" />;
  const org = teams.data.find((one) => one.id === team)?.org_id;
  if (!org)
    return <Empty title="This team belongs to no organization">The audit log is an organization's.</Empty>;
  return <Log org={org} team={team} teams={teams.data.filter((one) => one.org_id === org)} />;
}

type Filter = { team_id?: string; prompt_id?: string; label?: string };

/** The filter that the address holds, so that it can be sent to a colleague. */
function useFilter(): [Filter, (change: { [Name in keyof Filter]: string | null }) => void] {
  const search = new URLSearchParams(useSearch());
  const [here, go] = useLocation();
  const filter: Filter = {};
  for (const name of ["team_id", "prompt_id", "label"] as const) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  const write = (change: { [Name in keyof Filter]: string | null }) => {
    const next = Object.entries({ ...filter, ...change }).filter((one): one is [string, string] => !!one[1]);
    go(next.length ? `${here}?${new URLSearchParams(next)}` : here, { replace: true });
  };
  return [filter, write];
}

function Log({ org, team, teams }: { org: string; team: string; teams: readonly Team[] }) {
  const prompts = usePrompts(team);
  const [filter, write] = useFilter();
  const [typed, setTyped] = useState(filter.label ?? "");
  const writeLabel = useDebouncedCallback((label: string) => write({ label: label.trim() }), 300);
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
          label="Team"
          placeholder="The whole organization"
          clearable
          searchable
          clearButtonProps={{ "aria-label": "The whole organization" }}
          data={teams.map((one) => ({ value: one.id, label: one.name }))}
          value={filter.team_id ?? null}
          onChange={(chosen) => write({ team_id: chosen })}
        />
        <Select
          label="Prompt"
          placeholder="All of them"
          clearable
          searchable
          clearButtonProps={{ "aria-label": "All prompts" }}
          data={(prompts.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
          value={filter.prompt_id ?? null}
          onChange={(chosen) => write({ prompt_id: chosen })}
        />
        <TextInput
          label="Label"
          placeholder="Such as live"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            writeLabel(event.currentTarget.value);
          }}
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
      {log.isLoadingError ? (
        <Failure error={log.error} what="The audit log cannot be shown" retry={() => log.refetch()} />
      ) : null}
      {log.data && entries.length === 0 ? (
        <Empty title="Nothing found">No change fits these filters.</Empty>
      ) : null}
      {entries.length ? <Changes changes={entries} /> : null}
      <More list={log} what="Earlier" />
    </Stack>
  );
}
