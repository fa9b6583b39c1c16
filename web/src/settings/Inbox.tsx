import { Button, Group, Stack, Table, Title } from "@mantine/core";
import { Waiting } from "../app/Waiting";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";
import { useInbox, useResolve } from "./inboxQueries";

/** Everybody who asks to join a team of which the reader decides. */
export default function Inbox() {
  return (
    <Stack>
      <Title order={2}>Join requests</Title>
      <JoinRequests />
    </Stack>
  );
}

/** Those who ask to join, of one team or of all. */
export function JoinRequests({ team }: { team?: string }) {
  const inbox = useInbox();
  const resolve = useResolve();
  if (inbox.isPending) return <Waiting />;
  if (inbox.isLoadingError)
    return <Failure error={inbox.error} what="They cannot be shown" retry={() => inbox.refetch()} />;
  const asking = inbox.data.pages
    .flatMap((page) => page.inbox)
    .filter((one) => !team || one.payload.team_id === team);
  return (
    <Stack>
      {resolve.error ? <Failure error={resolve.error} what="Nothing was changed" /> : null}
      {asking.length === 0 && !inbox.hasNextPage ? (
        <Empty title="Nobody asks to join">
          Who belongs to the organization finds its teams there, and asks; those you decide about are listed
          here.
        </Empty>
      ) : null}
      {asking.length ? (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Person</Table.Th>
                <Table.Th>Team</Table.Th>
                <Table.Th>Since</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {asking.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.payload.user_email}</Table.Td>
                  <Table.Td>{one.payload.team.name}</Table.Td>
                  <Table.Td title={one.created_at}>{ago(one.created_at)}</Table.Td>
                  <Table.Td>
                    <Group gap={4} wrap="nowrap">
                      <Button
                        size="compact-sm"
                        color="teal.9"
                        aria-label={`Approve ${one.payload.user_email} for ${one.payload.team.name}`}
                        disabled={resolve.isPending}
                        onClick={() => resolve.mutate({ id: one.id, status: "approved" })}
                      >
                        Approve
                      </Button>
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={`Decline ${one.payload.user_email} for ${one.payload.team.name}`}
                        disabled={resolve.isPending}
                        onClick={() => resolve.mutate({ id: one.id, status: "rejected" })}
                      >
                        Decline
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      <More list={inbox} />
    </Stack>
  );
}
