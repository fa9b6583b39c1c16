/** The API keys of an organization. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { usePages } from "../api/pages";

export type Key = Schemas["APIKey"];
export type NewKey = Schemas["CreateAPIKeyRequest"];
export type KeyChange = Schemas["UpdateAPIKeyRequest"];

export function useKeys(org: string) {
  return usePages(["keys", org], (cursor) => {
    const query = { org_id: org, limit: "50", ...(cursor ? { cursor } : {}) };
    return data(api.GET("/v1/api-keys", { params: { query } }));
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

export function useUpdateKey(org: string) {
  return useChange(org, async ({ id, body }: { id: string; body: KeyChange }) => {
    await api.PUT("/v1/api-keys/{id}", { params: { path: { id } }, body });
  });
}

/** Makes whoever asks answer for a key, whose writes ended with those of its maker. */
export function useAdoptKey(org: string) {
  return useChange(org, async (id: string) => {
    await api.POST("/v1/api-keys/{id}/adopt", { params: { path: { id } } });
  });
}
