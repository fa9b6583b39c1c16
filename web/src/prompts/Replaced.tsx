import { Alert, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { Affected } from "../use/Affected";
import type { Foresight } from "./moves";
import type { Prompt } from "./prompts";
import { Unified } from "./Unified";

/** What those who are led by a label get instead of what they have, for each pair of versions that it concerns. */
export function Replaced({ prompt, foresight }: { prompt: Prompt; foresight: Foresight }) {
  const pairs = new Map<string, { from: number; to: number; labels: string[] }>();
  for (const { label, changes, from_version: from, to_version: to } of foresight.moves) {
    if (!changes || !from || !to) continue;
    const pair = pairs.get(`${from} ${to}`) ?? { from, to, labels: [] };
    pair.labels.push(label);
    pairs.set(`${from} ${to}`, pair);
  }
  const labels = foresight.moves.filter((one) => one.changes).map((one) => one.label);
  return (
    <>
      {labels.length ? <Affected prompt={prompt} labels={labels} /> : null}
      {[...pairs.entries()].map(([key, pair]) => (
        <Pair key={key} prompt={prompt} {...pair} />
      ))}
    </>
  );
}

function Pair({ prompt, from, to, labels }: { prompt: Prompt; from: number; to: number; labels: string[] }) {
  const diff = useQuery({
    queryKey: ["versions", prompt.id, "diff", from, to],
    queryFn: async () => {
      const query = { from: String(from), to: String(to) };
      return data(api.GET("/v1/prompts/{id}/versions/diff", { params: { path: { id: prompt.id }, query } }));
    },
  });
  if (diff.isPending) return <Waiting />;
  if (diff.isLoadingError) return <Failure error={diff.error} what="The difference cannot be shown" />;
  return (
    <Stack gap={6} component="section" aria-label="What changes">
      <Text size="sm">
        Who asks for {labels.join(", ")} gets version {to} in the place of version {from}:
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: by keyboard it is scrolled only where it can be reached */}
      <section className="scrolled" tabIndex={0} aria-label="Difference">
        <Unified diff={diff.data.diff} />
      </section>
      {diff.data.breaking.length ? (
        <Alert color="orange" title="This may break applications that use the prompt">
          <List size="sm">
            {diff.data.breaking.map((change) => (
              <List.Item key={`${change.kind} ${change.path} ${change.message}`}>{change.message}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
    </Stack>
  );
}
