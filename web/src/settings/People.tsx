import { Button, Select, Stack, Table, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { Waiting } from "../app/Waiting";
import { useUser } from "../session/session";
import { administers, type Org, type Person, usePeople } from "../teams/orgs";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";
import { Invitations } from "./Invitations";

const ROLES = ["viewer", "member", "admin", "owner"];

/** Who belongs to an organization, and as what; and, for administrators, who is invited. */
export function People({ org }: { org: Org }) {
  const people = usePeople(org.id);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async ({ person, role }: { person: Person; role: string | null }) => {
      const params = { path: { orgID: org.id, userID: person.id } };
      if (role) await api.PUT("/v1/orgs/{orgID}/members/{userID}/role", { params, body: { role } });
      else await api.DELETE("/v1/orgs/{orgID}/members/{userID}", { params });
    },
    onSettled: () =>
      Promise.all(["people", "orgs", "members"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  if (people.isPending) return <Waiting />;
  if (people.isLoadingError)
    return <Failure error={people.error} what="They cannot be shown" retry={() => people.refetch()} />;
  const total = people.data.pages[0]?.total ?? 0;
  return (
    <Stack>
      {administers(org) ? <Invitations org={org} /> : null}
      <Title order={3}>{total === 1 ? "1 person" : `${total} people`}</Title>
      {change.error ? <Failure error={change.error} what="Nothing was changed" /> : null}
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>Role in the organization</Table.Th>
              <Table.Th aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.data.pages
              .flatMap((page) => page.people)
              .map((one) => (
                <Row
                  key={one.id}
                  person={one}
                  org={org}
                  onChange={(role) => change.mutate({ person: one, role })}
                />
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <More list={people} />
    </Stack>
  );
}

function Row({
  person,
  org,
  onChange,
}: {
  person: Person;
  org: Org;
  onChange: (role: string | null) => void;
}) {
  const user = useUser();
  const isMe = user?.id === person.id;
  const question = isMe
    ? `Leave ${org.name} and all of its teams?`
    : `Take ${person.email} out of ${org.name} and all of its teams?`;
  return (
    <Table.Tr>
      <Table.Td>{person.email}</Table.Td>
      <Table.Td>
        {administers(org) ? (
          <Select
            aria-label={`Organization role of ${person.email}`}
            w={130}
            data={ROLES}
            allowDeselect={false}
            value={person.org_role}
            onChange={(role) => role && onChange(role)}
          />
        ) : (
          person.org_role
        )}
      </Table.Td>
      <Table.Td>
        {administers(org) || isMe ? (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={isMe ? `Leave ${org.name}` : `Take out ${person.email}`}
            onClick={() => confirm(question) && onChange(null)}
          >
            {isMe ? "Leave" : "Take out"}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
