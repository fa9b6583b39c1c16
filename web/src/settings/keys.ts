/** The API keys of an organization. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Key = Schemas["APIKey"];
export type NewKey = Schemas["CreateAPIKeyRequest"];

export function useKeys(org: string) {
  return useQuery({
    queryKey: ["keys", org],
    queryFn: async () =>
      (await data(api.GET("/v1/api-keys", { params: { query: { org_id: org, limit: "100" } } }))).api_keys,
  });
}

function useChange<Input, Result>(org: string, run: (input: Input) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys", org] }),
  });
}

export function useCreateKey(org: string) {
  return useChange(org, async (body: NewKey) => data(api.POST("/v1/api-keys", { body })));
}

export function useRegenerateKey(org: string) {
  return useChange(org, async (id: string) =>
    data(api.POST("/v1/api-keys/{id}/regenerate", { params: { path: { id } } })),
  );
}

export function useRevokeKey(org: string) {
  return useChange(org, async (id: string) => {
    await api.DELETE("/v1/api-keys/{id}", { params: { path: { id } } });
  });
}
