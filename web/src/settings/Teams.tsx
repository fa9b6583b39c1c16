import { Anchor, Badge, Button, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../api/client";
import { Waiting } from "../app/Waiting";
import { administers, type Org, useOrgTeams } from "../teams/orgs";
import { type Team, useTeams } from "../teams/teams";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";

/** The teams of an organization: one's own, and those that one may ask to join. */
export function Teams({ org }: { org: Org }) {
  const teams = useOrgTeams(org.id);
  const mine = useTeams();
  const ask = useMutation({
    mutationFn: async (team: Team) => {
      await api.POST("/v1/teams/{id}/join-requests", { params: { path: { id: team.id } } });
    },
    onSuccess: (_, team) =>
      notifications.show({ message: `The administrators of ${team.name} are asked.`, color: "green" }),
  });
  if (teams.isPending || mine.isPending) return <Waiting />;
  if (teams.isLoadingError)
    return <Failure error={teams.error} what="They cannot be shown" retry={() => teams.refetch()} />;
  const inside = new Set(mine.data?.map((one) => one.id));
  const all = teams.data.pages.flatMap((page) => page.teams);
  return (
    <Stack>
      {administers(org) ? <NewTeam org={org} /> : null}
      {ask.error ? <Failure error={ask.error} what="Nobody was asked" /> : null}
      {all.length === 0 ? (
        <Empty title="No teams yet">Prompts belong to teams; an administrator makes the first one.</Empty>
      ) : null}
      <Table verticalSpacing="sm">
        <Table.Tbody>
          {all.map((team) => (
            <Table.Tr key={team.id}>
              <Table.Td>
                {inside.has(team.id) ? (
                  <Anchor component={Link} href={`/teams/${team.id}`}>
                    {team.name}
                  </Anchor>
                ) : (
                  team.name
                )}
                <Text size="xs" c="dimmed">
                  {team.slug}
                </Text>
              </Table.Td>
              <Table.Td>
                {inside.has(team.id) ? (
                  <Badge variant="default" tt="none">
                    yours
                  </Badge>
                ) : null}
              </Table.Td>
              <Table.Td>
                <Group gap={4} justify="flex-end">
                  {inside.has(team.id) || administers(org) ? (
                    <Button
                      component={Link}
                      href={`/teams/${team.id}/settings`}
                      variant="default"
                      size="compact-sm"
                      aria-label={`Settings of ${team.name}`}
                    >
                      Settings
                    </Button>
                  ) : null}
                  {inside.has(team.id) ? null : (
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`Ask to join ${team.name}`}
                      disabled={ask.isPending}
                      onClick={() => ask.mutate(team)}
                    >
                      Ask to join
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <More list={teams} />
    </Stack>
  );
}

function NewTeam({ org }: { org: Org }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: async () => {
      const params = { path: { orgID: org.id } };
      await api.POST("/v1/orgs/{orgID}/teams", { params, body: { name: name.trim() } });
    },
    onSuccess: () => {
      setName("");
      return Promise.all(["org teams", "teams"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) create.mutate();
      }}
    >
      <Stack gap="xs">
        {create.error ? <Failure error={create.error} what="No team was made" /> : null}
        <Group align="flex-end">
          <TextInput
            label="Name of a new team"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
            Create team
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
