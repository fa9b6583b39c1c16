/** Saved variables of a prompt. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import type { Prompt } from "./prompts";

export type Payload = Schemas["PromptPayload"];

export function usePayloads(prompt: Prompt) {
  return useQuery({
    queryKey: ["payloads", prompt.id],
    queryFn: async () =>
      (await data(api.GET("/v1/prompts/{id}/payloads", { params: { path: { id: prompt.id } } }))).payloads,
  });
}

/** What a payload is called; those that came without a name are told apart by their beginning. */
export function called(payload: Payload): string {
  return payload.name ?? JSON.stringify(payload.variables).slice(0, 60);
}

function usePayloadChange<Input>(prompt: Prompt, run: (input: Input) => Promise<void>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["payloads", prompt.id] }),
  });
}

export function useSavePayload(prompt: Prompt) {
  return usePayloadChange(
    prompt,
    async ({ name, variables }: { name: string; variables: Record<string, unknown> }) => {
      const params = { path: { id: prompt.id } };
      const { payload } = await data(api.POST("/v1/prompts/{id}/payloads", { params, body: { variables } }));
      const path = { id: prompt.id, payloadID: payload.id }; // a new payload takes no name, as px0 has it
      await api.PUT("/v1/prompts/{id}/payloads/{payloadID}", { params: { path }, body: { name } });
    },
  );
}

export function useRemovePayload(prompt: Prompt) {
  return usePayloadChange(prompt, async (payload: Payload) => {
    const path = { id: prompt.id, payloadID: payload.id };
    await api.DELETE("/v1/prompts/{id}/payloads/{payloadID}", { params: { path } });
  });
}
