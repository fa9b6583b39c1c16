import { Button, Group, Stack, Table } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { type Policy, PolicyForm, type Protected } from "./PolicyForm";

/** The protected labels of a team, and what a move of each asks for. */
export function ProtectedLabels({ team, org }: { team: string; org: string }) {
  const queries = useQueryClient();
  const [edited, edit] = useState<Protected | "new" | null>(null);
  const labels = useQuery({
    queryKey: ["protected", team],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{teamID}/protected-labels", { params: { path: { teamID: team } } })))
        .protected_labels,
  });
  const change = useMutation({
    mutationFn: async ({ label, policy }: { label: string; policy: Policy | null }) => {
      const params = { path: { teamID: team, label } };
      if (policy) await api.PUT("/v1/teams/{teamID}/protected-labels/{label}", { params, body: policy });
      else await api.DELETE("/v1/teams/{teamID}/protected-labels/{label}", { params });
    },
    onSuccess: () => edit(null),
    onSettled: () => queries.invalidateQueries({ queryKey: ["protected", team] }),
  });
  if (labels.isPending) return <Waiting />;
  if (labels.isLoadingError)
    return <Failure error={labels.error} what="They cannot be shown" retry={() => labels.refetch()} />;
  return (
    <Stack>
      <Button style={{ alignSelf: "flex-start" }} onClick={() => edit("new")}>
        Protect a label
      </Button>
      {change.error && !edited ? <Failure error={change.error} what="Nothing was changed" /> : null}
      {edited ? (
        <PolicyForm
          key={edited === "new" ? "new" : edited.label}
          org={org}
          protected={edited === "new" ? null : edited}
          error={change.error}
          isSaving={change.isPending}
          onSave={(label, policy) => change.mutate({ label, policy })}
          onClose={() => {
            change.reset();
            edit(null);
          }}
        />
      ) : null}
      {labels.data.length ? (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Label</Table.Th>
                <Table.Th>A move asks for</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {labels.data.map((one) => (
                <Table.Tr key={one.label}>
                  <Table.Td>{one.label}</Table.Td>
                  <Table.Td>{asks(one)}</Table.Td>
                  <Table.Td>
                    <Group gap={4} wrap="nowrap">
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        aria-label={`Change ${one.label}`}
                        onClick={() => edit(one)}
                      >
                        Change
                      </Button>
                      <Button
                        variant="default"
                        size="compact-sm"
                        aria-label={`Lift the protection of ${one.label}`}
                        onClick={() =>
                          confirm(`Every editor may move ${one.label} then. Lift its protection?`) &&
                          change.mutate({ label: one.label, policy: null })
                        }
                      >
                        Lift
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : (
        <Empty title="No label is protected">
          Every editor of the team moves every label, and releases versions. Protect live to decide who may.
        </Empty>
      )}
    </Stack>
  );
}

function asks(one: Protected): string {
  const parts = [`the organization role ${one.min_required_role}`];
  if (one.approvals)
    parts.push(`${one.approvals} ${one.approvals === 1 ? "approval" : "approvals"}${by(one)}`);
  if (one.checks.length) parts.push(`the checks ${one.checks.join(", ")}`);
  if (one.frozen_until) parts.push(`waiting until ${one.frozen_until}`);
  if (one.immutable) parts.push("nothing once it is put on: it stays");
  return parts.join("; ");
}

function by(one: Protected): string {
  const people = one.approver_ids.length;
  const whom = [
    ...(one.approver_role ? [`the role ${one.approver_role}`] : []),
    ...(people ? [people === 1 ? "1 person named" : `${people} people named`] : []),
  ];
  return whom.length ? ` by ${whom.join(" or ")}` : "";
}
