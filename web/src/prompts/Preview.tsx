import { Button, Group, JsonInput, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { Failure } from "../ui/Failure";
import type { Prompt } from "./prompts";
import type { Version } from "./versions";

/** What a saved version looks like with variables: written here, or picked from the saved payloads. */
export function Preview({ prompt, version }: { prompt: Prompt; version: Version }) {
  const [variables, setVariables] = useState("{}");
  const payloads = useQuery({
    queryKey: ["payloads", prompt.id],
    queryFn: async () =>
      (await data(api.GET("/v1/prompts/{id}/payloads", { params: { path: { id: prompt.id } } }))).payloads,
  });
  const render = useMutation({
    mutationFn: async () => {
      const params = {
        path: { slug: prompt.slug, version: String(version.version) },
        query: { team: prompt.team_id },
      };
      const body = { variables: JSON.parse(variables) as Record<string, unknown> };
      return data(api.POST("/v1/prompts/{slug}/versions/{version}/render", { params, body }));
    },
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={3}>Preview</Title>
        {payloads.data?.length ? (
          <Select
            aria-label="Saved payload"
            placeholder="Saved payload"
            data={payloads.data.map((one) => ({ value: one.id, label: one.name ?? one.id }))}
            onChange={(id) => {
              const found = payloads.data.find((one) => one.id === id);
              if (found) setVariables(JSON.stringify(found.variables, null, 2));
            }}
          />
        ) : null}
      </Group>
      <JsonInput
        label="Variables"
        description="As JSON"
        validationError="This is no JSON"
        formatOnBlur
        autosize
        minRows={3}
        value={variables}
        onChange={setVariables}
      />
      <Group>
        <Button variant="light" onClick={() => render.mutate()} loading={render.isPending}>
          Render version {version.version}
        </Button>
      </Group>
      {render.error ? <Failure error={render.error} what="It does not render" /> : null}
      {render.data ? (
        <Paper withBorder p="md">
          <Text component="pre" m={0} ff="monospace" size="sm" className="wrapped" data-testid="rendered">
            {render.data.rendered}
          </Text>
        </Paper>
      ) : null}
    </Stack>
  );
}
