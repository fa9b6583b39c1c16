import { Badge, Group, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ago } from "./ago";
import { Facts } from "./Facts";

type Change = {
  id: string;
  created_at: string;
  actor_kind: string;
  actor_name: string | null;
  action: string;
  label?: string | null;
  reason: string | null;
  metadata: Parameters<typeof Facts>[0]["metadata"];
};

/** What happened: when, who, what, and why; what else is to be said of a change stands behind its name. */
export function Changes<Kind extends Change>({
  changes,
  more,
}: {
  changes: readonly Kind[];
  more?: (change: Kind) => ReactNode;
}) {
  return (
    <Table.ScrollContainer minWidth={640} w="100%">
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
          {changes.map((one) => (
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
                  {more?.(one)}
                </Group>
                <Facts metadata={one.metadata} />
              </Table.Td>
              <Table.Td className="wrapped">{one.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
