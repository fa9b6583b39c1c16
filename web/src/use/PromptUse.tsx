import { Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import type { Prompt } from "../prompts/prompts";
import type { Version } from "../prompts/versions";
import { ago } from "../ui/ago";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Bars } from "./Bars";
import { Converged } from "./Converged";
import { chart, PERIODS, type Period, seriesOf } from "./chart";
import { Scores } from "./Scores";
import { type Use, usePromptUse } from "./use";

const WEEK = { days: 7, by: "day" } as const satisfies Period;

/** How often a prompt is used, by whom, and how well its versions do. */
export default function PromptUse({
  prompt,
  versions,
  here,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  here: string;
}) {
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const days = search.get("days") ?? "7";
  const group = search.get("group") === "label" ? "label" : "version";
  const use = usePromptUse(prompt, PERIODS[days] ?? WEEK);
  const show = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    next.set("tab", "use");
    next.set(name, value);
    go(`${here}?${next}`, { replace: true });
  };
  return (
    <Stack gap="xl">
      <Stack>
        <Group>
          <SegmentedControl
            aria-label="Period"
            data={Object.entries(PERIODS).map(([value, { label }]) => ({ value, label }))}
            value={days in PERIODS ? days : "7"}
            onChange={(value) => show("days", value)}
          />
          <SegmentedControl
            aria-label="Grouped by"
            data={[
              { value: "version", label: "By version" },
              { value: "label", label: "By label" },
            ]}
            value={group}
            onChange={(value) => show("group", value)}
          />
        </Group>
        {use.isPending ? <Waiting /> : null}
        {use.isLoadingError ? (
          <Failure error={use.error} what="The use cannot be shown" retry={() => use.refetch()} />
        ) : null}
        {use.data ? <Counted use={use.data} group={group} /> : null}
      </Stack>
      <Converged prompt={prompt} />
      <Scores prompt={prompt} versions={versions} search={search} show={show} />
    </Stack>
  );
}

function Counted({ use, group }: { use: Use; group: "version" | "label" }) {
  const { total } = use;
  if (use.versions.length === 0) {
    return (
      <Empty title="Nobody used it">
        {use.last_used_at
          ? `It was last used ${ago(use.last_used_at)}. Look at a longer period.`
          : "Under Connect there are snippets that ask for it. What they render is counted here within a minute."}
      </Empty>
    );
  }
  const by = use.by === "hour" ? "hour" : "day";
  return (
    <>
      <Text size="sm">
        <b>{number(total.renders)}</b> renders, <b>{number(total.resolves)}</b> reads and{" "}
        <b>{number(total.errors)}</b> errors by <b>{number(use.processes)}</b>{" "}
        {use.processes === 1 ? "process" : "processes"}
        {use.last_used_at ? `; last used ${ago(use.last_used_at)}` : ""}.
      </Text>
      <Bars
        chart={chart(use.slices, { since: use.since, until: use.until, by }, group)}
        by={by}
        name={`Renders and reads, ${group === "label" ? "by label" : "by version"}`}
      />
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Version</Table.Th>
              <Table.Th>Asked for as</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>Renders</Table.Th>
              <Table.Th>Reads</Table.Th>
              <Table.Th>Errors</Table.Th>
              <Table.Th>Processes</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {use.versions.map((row) => (
              <Table.Tr key={`${row.version} ${row.label} ${row.source}`}>
                <Table.Td>{seriesOf(row, "version")}</Table.Td>
                <Table.Td>{seriesOf(row, "label")}</Table.Td>
                <Table.Td>{SOURCES[row.source] ?? row.source}</Table.Td>
                <Table.Td>{number(row.renders)}</Table.Td>
                <Table.Td>{number(row.resolves)}</Table.Td>
                <Table.Td>{number(row.errors)}</Table.Td>
                <Table.Td>{number(row.processes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

const SOURCES: Record<string, string> = {
  api: "this server",
  server: "applications, fresh",
  disk: "applications, from disk",
  bundle: "applications, as shipped",
  fallback: "applications, fallen back",
};

function number(count: number): string {
  return count.toLocaleString("en");
}
