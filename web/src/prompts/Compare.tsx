import { Alert, Group, List, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy } from "react";
import { useLocation, useSearch } from "wouter";
import { api, data, type Schemas } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { type Comparison, readComparison, writeComparison } from "./comparison";
import { contentOfVersion } from "./draft";
import { inOneText, useSaid } from "./previewing";
import type { Prompt } from "./prompts";
import { called, usePayloads } from "./samples";
import { before, type Version } from "./versions";

const Differences = lazy(() => import("../editor/Differences"));

/** The difference of two versions, what of it would break who uses the prompt, and what each says with variables. */
export default function Compare({
  prompt,
  versions,
  chosen,
  here,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  chosen: Version;
  here: string;
}) {
  const [, go] = useLocation();
  const shown = readComparison(useSearch());
  const from = versions.find((one) => one.version === (shown.from || before(versions, chosen)));
  const diff = useQuery({
    queryKey: ["versions", prompt.id, "diff", from?.version, chosen.version],
    enabled: !!from,
    queryFn: async () => {
      const query = { from: String(from?.version), to: String(chosen.version) };
      return data(api.GET("/v1/prompts/{id}/versions/diff", { params: { path: { id: prompt.id }, query } }));
    },
  });
  const show = (version: number, changed: Partial<Comparison>) =>
    go(`${here}${writeComparison(version, { ...shown, from: from?.version ?? 0, ...changed })}`);
  const choices = versions.map((one) => ({
    value: String(one.version),
    label: `v${one.version} (${one.status})`,
  }));
  return (
    <Stack>
      <Group align="flex-end">
        <Select
          label="From"
          w={150}
          data={choices}
          value={from ? String(from.version) : null}
          allowDeselect={false}
          onChange={(value) => show(chosen.version, { from: Number(value) })}
        />
        <Select
          label="To"
          w={150}
          data={choices}
          value={String(chosen.version)}
          allowDeselect={false}
          onChange={(value) => show(Number(value), {})}
        />
        <SegmentedControl
          aria-label="Compare"
          data={[
            { value: "template", label: "Templates" },
            { value: "rendered", label: "Rendered" },
          ]}
          value={shown.of}
          onChange={(of) => show(chosen.version, { of: of as Comparison["of"] })}
        />
        <SegmentedControl
          aria-label="View"
          data={[
            { value: "side", label: "Side by side" },
            { value: "unified", label: "In one" },
          ]}
          value={shown.view}
          onChange={(view) => show(chosen.version, { view: view as Comparison["view"] })}
        />
      </Group>
      {from ? null : <Empty title="There is no such version">Choose the version to compare from.</Empty>}
      {diff.isLoadingError ? (
        <Failure error={diff.error} what="They cannot be compared" retry={() => diff.refetch()} />
      ) : null}
      {diff.data?.breaking.length ? <Breaking changes={diff.data.breaking} /> : null}
      {from && shown.of === "template" ? (
        <Pair before={from} after={chosen} texts={[from.template, chosen.template]} view={shown.view} />
      ) : null}
      {from && shown.of === "rendered" ? (
        <Rendered
          prompt={prompt}
          pair={[from, chosen]}
          shown={shown}
          onPayload={(payload) => show(chosen.version, { payload })}
        />
      ) : null}
      {diff.data?.fields?.length ? <Fields fields={diff.data.fields} /> : null}
    </Stack>
  );
}

function Pair({
  before,
  after,
  texts,
  view,
  isTemplate = true,
}: {
  before: Version;
  after: Version;
  texts: readonly [string, string];
  view: Comparison["view"];
  isTemplate?: boolean;
}) {
  const [from, to] = texts;
  if (from === to) return <Text>The texts are the same.</Text>;
  return (
    <Differences
      before={from}
      after={to}
      view={view}
      names={[`Version ${before.version}`, `Version ${after.version}`]}
      isTemplate={isTemplate}
    />
  );
}

function Breaking({ changes }: { changes: readonly { kind: string; path: string; message: string }[] }) {
  return (
    <Alert color="orange" title="This may break applications that use the prompt" role="alert">
      <List size="sm">
        {changes.map((change) => (
          <List.Item key={`${change.kind} ${change.path} ${change.message}`}>{change.message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** What both versions say with the same variables. */
function Rendered({
  prompt,
  pair,
  shown,
  onPayload,
}: {
  prompt: Prompt;
  pair: readonly [Version, Version];
  shown: Comparison;
  onPayload: (payload: string) => void;
}) {
  const payloads = usePayloads(prompt);
  const payload = payloads.data?.find((one) => one.id === shown.payload) ?? payloads.data?.[0];
  const variables = (payload?.variables as object | undefined) ?? {};
  const said = useSaid(
    prompt.team_id,
    payloads.isPending ? [] : pair.map((one) => ({ content: contentOfVersion(one), variables })),
  );
  const error = payloads.error ?? said.find((one) => one.error)?.error;
  if (error) return <Failure error={error} what="The rendered texts cannot be shown" />;
  const [from, to] = said.map((one) => one.data && inOneText(one.data));
  return (
    <Stack>
      {payloads.data?.length ? (
        <Select
          label="With the variables of"
          w={300}
          data={payloads.data.map((one) => ({ value: one.id, label: called(one) }))}
          value={payload?.id ?? null}
          allowDeselect={false}
          onChange={(id) => onPayload(id ?? "")}
        />
      ) : (
        <Text size="sm" c="dimmed">
          There are no saved variables yet: keep some under Text, beside the preview.
        </Text>
      )}
      {from === undefined || to === undefined ? (
        <Waiting />
      ) : (
        <Pair before={pair[0]} after={pair[1]} texts={[from, to]} view={shown.view} isTemplate={false} />
      )}
    </Stack>
  );
}

/** What else differs: the model, its settings, tools, formats. */
function Fields({ fields }: { fields: readonly Schemas["FieldDiff"][] }) {
  return (
    <Stack gap="xs" component="section" aria-label="Other fields">
      {fields.map((one) => (
        <Text size="sm" key={one.field} className="wrapped">
          <b>{one.field.replace("_", " ")}</b>: <code>{JSON.stringify(one.from_value)}</code> →{" "}
          <code>{JSON.stringify(one.to_value)}</code>
        </Text>
      ))}
    </Stack>
  );
}
