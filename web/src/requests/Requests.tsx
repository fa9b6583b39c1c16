import { Anchor, Badge, Group, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { Link, useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { nameOf, useMembers } from "../teams/people";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { asked, type ChangeRequest, useRequests } from "./requestQueries";

/** The change requests of a team. */
export default function Requests({ team }: { team: string }) {
  const [, go] = useLocation();
  const status = new URLSearchParams(useSearch()).get("status") ?? "open";
  const requests = useRequests(team, status === "all" ? "" : status);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>Change requests</Title>
        <SegmentedControl
          aria-label="Which"
          data={[
            { value: "open", label: "Open" },
            { value: "all", label: "All" },
          ]}
          value={status}
          onChange={(value) => go(`/teams/${team}/requests?status=${value}`)}
        />
      </Group>
      {requests.isPending ? <Waiting /> : null}
      {requests.error ? (
        <Failure error={requests.error} what="They cannot be shown" retry={() => requests.refetch()} />
      ) : null}
      {requests.data?.length === 0 ? (
        <Empty title="Nothing waits for approval">
          Where a label is protected, whoever may not move it asks for approval, and it is listed here.
        </Empty>
      ) : null}
      {requests.data?.length ? <List team={team} requests={requests.data} /> : null}
    </Stack>
  );
}

function List({ team, requests }: { team: string; requests: readonly ChangeRequest[] }) {
  const members = useMembers(team);
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Prompt</Table.Th>
            <Table.Th>Move</Table.Th>
            <Table.Th>Asked by</Table.Th>
            <Table.Th>Status</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {requests.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Anchor component={Link} href={`/teams/${team}/requests/${one.id}`}>
                  {one.prompt_slug}
                </Anchor>
              </Table.Td>
              <Table.Td>
                {asked(one)}
                <Text size="xs" c="dimmed" lineClamp={1}>
                  {one.reason}
                </Text>
              </Table.Td>
              <Table.Td>
                {nameOf(members.data, one.requested_by_kind, one.requested_by_id)}, {ago(one.created_at)}
              </Table.Td>
              <Table.Td>
                <Badge variant="default" tt="none">
                  {one.status}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
