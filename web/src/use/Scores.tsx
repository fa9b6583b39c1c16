import { Group, Select, Stack, Table, Text, Title } from "@mantine/core";
import { Waiting } from "../app/Waiting";
import type { Prompt } from "../prompts/prompts";
import { before, type Version } from "../prompts/versions";
import { Failure } from "../ui/Failure";
import { meant, summed } from "./summaries";
import { type Comparison, useScores } from "./use";

/** What scores say of two versions, side by side. */
export function Scores({
  prompt,
  versions,
  search,
  show,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  search: URLSearchParams;
  show: (name: string, value: string) => void;
}) {
  const newest = versions[0];
  const to = search.get("scored") ?? String(newest?.version ?? "");
  const chosen = versions.find((one) => String(one.version) === to) ?? newest;
  const from = search.get("against") ?? (chosen ? String(before(versions, chosen)) : "");
  const scores = useScores(prompt, from, to);
  const choices = versions.map((one) => ({
    value: String(one.version),
    label: `v${one.version} (${one.status})`,
  }));
  return (
    <Stack component="section" aria-label="Scores">
      <Title order={3}>Scores</Title>
      <Group>
        <Select
          label="Scores of"
          w={160}
          data={choices}
          allowDeselect={false}
          value={from}
          onChange={(value) => show("against", value ?? "")}
        />
        <Select
          label="beside those of"
          w={160}
          data={choices}
          allowDeselect={false}
          value={to}
          onChange={(value) => show("scored", value ?? "")}
        />
      </Group>
      {scores.isPending ? <Waiting /> : null}
      {scores.error ? <Failure error={scores.error} what="The scores cannot be shown" /> : null}
      {scores.data ? <Beside comparisons={scores.data.comparisons} from={from} to={to} /> : null}
    </Stack>
  );
}

function Beside({ comparisons, from, to }: { comparisons: readonly Comparison[]; from: string; to: string }) {
  if (comparisons.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nobody has scored these versions yet. Applications send scores with <code>pw.score(…)</code>.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Score</Table.Th>
            <Table.Th>Version {from}</Table.Th>
            <Table.Th>Version {to}</Table.Th>
            <Table.Th>Difference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {comparisons.map((one) => (
            <Table.Tr key={`${one.name} ${one.kind}`}>
              <Table.Td>{one.name}</Table.Td>
              <Table.Td>{summed(one.before)}</Table.Td>
              <Table.Td>{summed(one.after)}</Table.Td>
              <Table.Td>{meant(one)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
