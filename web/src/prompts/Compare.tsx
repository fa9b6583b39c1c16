import { Alert, Group, List, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, data } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { lines } from "./lines";
import type { Prompt } from "./prompts";
import type { Version } from "./versions";

/** The difference of two versions, and what of it would break who uses the prompt. */
export function Compare({
  prompt,
  versions,
  from,
  to,
  here,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  from: number;
  to: number;
  here: string;
}) {
  const [, go] = useLocation();
  const diff = useQuery({
    queryKey: ["versions", prompt.id, "diff", from, to],
    queryFn: async () => {
      const params = { path: { id: prompt.id }, query: { from: String(from), to: String(to) } };
      return data(api.GET("/v1/prompts/{id}/versions/diff", { params }));
    },
  });
  const choices = versions.map((one) => ({
    value: String(one.version),
    label: `v${one.version} (${one.status})`,
  }));
  return (
    <Stack>
      <Group>
        <Select
          label="From"
          data={choices}
          value={String(from)}
          allowDeselect={false}
          onChange={(value) => go(`${here}?tab=compare&from=${value}&version=${to}`)}
        />
        <Select
          label="To"
          data={choices}
          value={String(to)}
          allowDeselect={false}
          onChange={(value) => go(`${here}?tab=compare&from=${from}&version=${value}`)}
        />
      </Group>
      {diff.isPending ? <Waiting /> : null}
      {diff.error ? (
        <Failure error={diff.error} what="They cannot be compared" retry={() => diff.refetch()} />
      ) : null}
      {diff.data?.breaking.length ? (
        <Alert color="orange" title="This may break applications that use the prompt">
          <List size="sm">
            {diff.data.breaking.map((change) => (
              <List.Item key={`${change.kind} ${change.path} ${change.message}`}>{change.message}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {diff.data ? <Unified diff={diff.data.diff} /> : null}
    </Stack>
  );
}

function Unified({ diff }: { diff: string }) {
  const shown = lines(diff);
  if (shown.length === 0) return <Text>The texts are the same.</Text>;
  return (
    <pre className="diff" data-testid="diff">
      {shown.map((line) => (
        <div key={line.at} className={line.kind}>
          {line.text}
        </div>
      ))}
    </pre>
  );
}
