import {
  Anchor,
  Badge,
  Button,
  Code,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { useState } from "react";
import { Link, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";
import { useDeliveries, useDelivery, useRedeliver } from "./webhookQueries";

const COLOURS: Record<string, string> = { delivered: "teal.9", parked: "red.9", pending: "gray.7" };

/** What a webhook was told, newest first, and how each of it went. */
export function Deliveries({ org, webhook }: { org: string; webhook: string }) {
  const [status, setStatus] = useState("");
  const opened = new URLSearchParams(useSearch()).get("delivery");
  const list = useDeliveries(org, webhook, status);
  const here = `/orgs/${org}/webhooks/${webhook}`;
  const deliveries = list.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={3}>What it was told</Title>
        <SegmentedControl
          aria-label="Which"
          data={[
            { value: "", label: "All" },
            { value: "delivered", label: "Delivered" },
            { value: "pending", label: "Pending" },
            { value: "parked", label: "Parked" },
          ]}
          value={status}
          onChange={setStatus}
        />
      </Group>
      {opened ? <Attempts key={opened} org={org} webhook={webhook} delivery={opened} /> : null}
      {list.isPending ? <Waiting /> : null}
      {list.error ? (
        <Failure error={list.error} what="It cannot be shown" retry={() => list.refetch()} />
      ) : null}
      {list.data && deliveries.length === 0 ? (
        <Empty title="Nothing here">Send a test, or change something it is told of.</Empty>
      ) : null}
      {deliveries.length ? (
        <Table.ScrollContainer minWidth={480}>
          <Table verticalSpacing="sm" aria-label="Deliveries">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Event</Table.Th>
                <Table.Th>Attempts</Table.Th>
                <Table.Th>Status</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {deliveries.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td title={one.created_at}>{ago(one.created_at)}</Table.Td>
                  <Table.Td>
                    <Anchor
                      component={Link}
                      href={`${here}?delivery=${one.id}`}
                      aria-current={one.id === opened}
                    >
                      {one.event}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{one.attempts}</Table.Td>
                  <Table.Td>
                    <Status status={one.status} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      <More list={list} />
    </Stack>
  );
}

function Status({ status }: { status: string }) {
  return (
    <Badge variant="filled" color={COLOURS[status] ?? "gray.7"} tt="none">
      {status}
    </Badge>
  );
}

/** Each request of one delivery, with what was answered. */
function Attempts({ org, webhook, delivery }: { org: string; webhook: string; delivery: string }) {
  const told = useDelivery(org, webhook, delivery);
  const again = useRedeliver(org, webhook);
  if (told.isPending) return <Waiting />;
  if (told.isLoadingError) return <Failure error={told.error} what="The delivery cannot be shown" />;
  const { event, status } = told.data.delivery;
  return (
    <Stack component="section" aria-label={`Delivery of ${event}`} gap="xs">
      {again.error ? <Failure error={again.error} what="It is not told again" /> : null}
      <Group>
        <Text fw={600}>{event}</Text>
        <Status status={status} />
        <Button
          size="compact-sm"
          variant="default"
          loading={again.isPending}
          onClick={() => again.mutate(delivery)}
        >
          {status === "pending" ? "Try now" : "Tell it again"}
        </Button>
      </Group>
      {told.data.attempts.length === 0 ? <Text size="sm">It is about to be told.</Text> : null}
      {told.data.attempts.map((one) => (
        <Stack key={one.number} gap={4}>
          <Text size="sm">
            Attempt {one.number}, {ago(one.at)}: {one.status ?? one.error} after {one.milliseconds} ms
          </Text>
          {one.answer ? (
            <Code block className="wrapped" tabIndex={0}>
              {one.answer}
            </Code>
          ) : null}
        </Stack>
      ))}
    </Stack>
  );
}
