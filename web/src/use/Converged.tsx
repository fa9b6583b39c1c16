import { Progress, Stack, Table, Text, Title } from "@mantine/core";
import { Waiting } from "../app/Waiting";
import type { Prompt } from "../prompts/prompts";
import { ago } from "../ui/ago";
import { Failure } from "../ui/Failure";
import { type Processes, useProcesses } from "./use";

/** Which running processes serve what each label leads to, and which of them do not yet. */
export function Converged({ prompt }: { prompt: Prompt }) {
  const processes = useProcesses(prompt);
  return (
    <Stack component="section" aria-label="Running processes">
      <Title order={3}>Running processes</Title>
      {processes.isPending ? <Waiting /> : null}
      {processes.error ? <Failure error={processes.error} what="The processes cannot be shown" /> : null}
      {processes.data ? <Running found={processes.data} /> : null}
    </Stack>
  );
}

function Running({ found }: { found: Processes }) {
  if (found.total === 0) {
    return (
      <Text size="sm" c="dimmed">
        No running process has said that it serves this prompt. Those that use the SDK say so within seconds.
      </Text>
    );
  }
  const behind = found.processes.filter((one) => !one.converged);
  return (
    <>
      {found.labels.map((one) => (
        <div key={one.label}>
          <Text size="sm">
            <b>{one.label}</b>: {one.converged} of {one.processes}{" "}
            {one.processes === 1 ? "process serves" : "processes serve"}{" "}
            {one.version ? `version ${one.version}` : "nothing any more"}
            {one.moved_at ? `, moved ${ago(one.moved_at)}` : ""}.
          </Text>
          <Progress
            aria-label={`${one.label}: how many processes have followed`}
            value={one.processes ? (100 * one.converged) / one.processes : 100}
            color={one.converged === one.processes ? "teal" : "orange"}
          />
        </div>
      ))}
      {behind.length ? <Behind processes={behind} /> : null}
    </>
  );
}

function Behind({ processes }: { processes: Processes["processes"] }) {
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Not yet there</Table.Th>
            <Table.Th>Serves</Table.Th>
            <Table.Th>Should serve</Table.Th>
            <Table.Th>Last heard of</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {processes.map((one) => (
            <Table.Tr key={`${one.id} ${one.label} ${one.version}`}>
              <Table.Td>
                {one.service || "a process"} {one.instance}
              </Table.Td>
              <Table.Td>
                {one.version ? `v${one.version}` : "its fallback"} from {one.source}
              </Table.Td>
              <Table.Td>
                {one.label}: {one.aim ? `v${one.aim}` : "nothing"}
              </Table.Td>
              <Table.Td>{ago(one.last_seen_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
