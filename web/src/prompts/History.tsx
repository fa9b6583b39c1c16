import { Badge, Button, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { Waiting } from "../app/Waiting";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import type { Prompt } from "./prompts";

type Event = Schemas["HistoryEvent"];

/** What happened to a prompt: who, when, from where to where, and why. */
export function History({ prompt }: { prompt: Prompt }) {
  const history = useInfiniteQuery({
    queryKey: ["history", prompt.id],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const params = { path: { id: prompt.id }, query: pageParam ? { cursor: pageParam } : {} };
      return data(api.GET("/v1/prompts/{id}/history", { params }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  if (history.isPending) return <Waiting />;
  if (history.error) {
    return (
      <Failure error={history.error} what="The history cannot be shown" retry={() => history.refetch()} />
    );
  }
  const events = history.data.pages.flatMap((page) => page.history);
  if (events.length === 0)
    return <Empty title="Nothing happened yet">Every change will be listed here.</Empty>;
  return (
    <Stack align="flex-start">
      <Table.ScrollContainer minWidth={600} w="100%">
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
            {events.map((event) => (
              <Table.Tr key={event.id}>
                <Table.Td title={event.created_at}>{ago(event.created_at)}</Table.Td>
                <Table.Td>{event.actor_name ?? event.actor_kind.replace("_", " ")}</Table.Td>
                <Table.Td>
                  <What event={event} />
                </Table.Td>
                <Table.Td>{event.reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {history.hasNextPage ? (
        <Button
          variant="default"
          loading={history.isFetchingNextPage}
          onClick={() => history.fetchNextPage()}
        >
          Earlier
        </Button>
      ) : null}
    </Stack>
  );
}

function What({ event }: { event: Event }) {
  const moved = event.from_version ?? event.to_version;
  return (
    <Text size="sm">
      {event.action.replace(/[._]/g, " ")}{" "}
      {event.label ? (
        <Badge variant="default" tt="none">
          {event.label}
        </Badge>
      ) : null}{" "}
      {moved ? `${named(event.from_version)} → ${named(event.to_version)}` : null}
    </Text>
  );
}

function named(version: number | null | undefined): string {
  return version ? `v${version}` : "nothing";
}
