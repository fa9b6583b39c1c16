import { Button, Group, Select, Stack, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { Waiting } from "../app/Waiting";
import { useEverybody } from "../teams/orgs";
import { useMemberPages, useMembers } from "../teams/people";
import type { Team } from "../teams/teams";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";

const ROLES = ["viewer", "editor", "admin"];

/** Who belongs to a team, and as what. */
export function Members({ team }: { team: Team }) {
  const members = useMemberPages(team.id);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async ({ user, role }: { user: string; role: string | null }) => {
      const params = { path: { id: team.id, userID: user } };
      if (role) await api.PUT("/v1/teams/{id}/members/{userID}/role", { params, body: { role } });
      else await api.DELETE("/v1/teams/{id}/members/{userID}", { params });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["members", team.id] }),
  });
  if (members.isPending) return <Waiting />;
  if (members.isLoadingError)
    return <Failure error={members.error} what="They cannot be shown" retry={() => members.refetch()} />;
  return (
    <Stack>
      {change.error ? <Failure error={change.error} what="Nothing was changed" /> : null}
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.data.pages
              .flatMap((page) => page.members)
              .map((one) => (
                <Table.Tr key={one.user_id}>
                  <Table.Td>{one.email}</Table.Td>
                  <Table.Td>
                    <Select
                      aria-label={`Role of ${one.email}`}
                      w={130}
                      data={ROLES}
                      allowDeselect={false}
                      value={one.role}
                      onChange={(role) => role && change.mutate({ user: one.user_id, role })}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`Remove ${one.email}`}
                      onClick={() =>
                        confirm(`Remove ${one.email} from ${team.name}?`) &&
                        change.mutate({ user: one.user_id, role: null })
                      }
                    >
                      Remove
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <More list={members} />
      {team.org_id ? <AddMember team={team.id} org={team.org_id} /> : null}
    </Stack>
  );
}

/** Lets somebody of the organization into the team; shown to those who may see who is in the organization. */
function AddMember({ team, org }: { team: string; org: string }) {
  const queries = useQueryClient();
  const members = useMembers(team);
  const [person, setPerson] = useState<string | null>(null);
  const [role, setRole] = useState("editor");
  const people = useEverybody(org);
  const add = useMutation({
    mutationFn: async (body: { user_id: string; role: string }) => {
      await api.POST("/v1/teams/{id}/members", { params: { path: { id: team } }, body });
    },
    onSuccess: () => {
      setPerson(null);
      return queries.invalidateQueries({ queryKey: ["members", team] });
    },
  });
  const inside = new Set(members.data?.map((one) => one.user_id));
  const outside = people.data?.filter((one) => !inside.has(one.id)) ?? [];
  if (outside.length === 0) return null;
  return (
    <Stack gap="xs">
      {add.error ? <Failure error={add.error} what="Not added" /> : null}
      <Group align="flex-end">
        <Select
          label="Person of the organization"
          searchable
          limit={100}
          data={outside.map((one) => ({ value: one.id, label: one.email }))}
          value={person}
          onChange={setPerson}
        />
        <Select
          label="As"
          w={130}
          data={ROLES}
          allowDeselect={false}
          value={role}
          onChange={(value) => setRole(value ?? "editor")}
        />
        <Button
          disabled={!person}
          loading={add.isPending}
          onClick={() => person && add.mutate({ user_id: person, role })}
        >
          Add to the team
        </Button>
      </Group>
    </Stack>
  );
}
