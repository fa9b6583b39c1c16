import { Button, Group, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { Failure } from "../ui/Failure";
import type { Prompt } from "./prompts";

/** Saved variables to pick from, and a place to save these to. */
export function Payloads({
  prompt,
  values,
  onPick,
}: {
  prompt: Prompt;
  values: Record<string, unknown> | null;
  onPick: (values: object) => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const params = { path: { id: prompt.id } };
  const payloads = useQuery({
    queryKey: ["payloads", prompt.id],
    queryFn: async () => (await data(api.GET("/v1/prompts/{id}/payloads", { params }))).payloads,
  });
  const save = useMutation({
    mutationFn: async ({ name, variables }: { name: string; variables: Record<string, unknown> }) => {
      const { payload } = await data(api.POST("/v1/prompts/{id}/payloads", { params, body: { variables } }));
      const path = { id: prompt.id, payloadID: payload.id }; // a new payload takes no name, as px0 has it
      await api.PUT("/v1/prompts/{id}/payloads/{payloadID}", { params: { path }, body: { name } });
    },
    onSuccess: () => {
      setName("");
      return queries.invalidateQueries({ queryKey: ["payloads", prompt.id] });
    },
  });
  return (
    <>
      {save.error ? <Failure error={save.error} what="The payload was not saved" /> : null}
      <Group align="flex-end">
        {payloads.data?.length ? (
          <Select
            label="Saved payload"
            placeholder="Choose one"
            data={payloads.data.map((one) => ({ value: one.id, label: one.name ?? one.id }))}
            onChange={(id) => {
              const found = payloads.data.find((one) => one.id === id);
              if (found) onPick(found.variables as object);
            }}
          />
        ) : null}
        <TextInput
          label="Keep these variables as"
          placeholder="A name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={!name.trim() || values === null}
          loading={save.isPending}
          onClick={() => values && save.mutate({ name: name.trim(), variables: values })}
        >
          Save payload
        </Button>
      </Group>
    </>
  );
}
