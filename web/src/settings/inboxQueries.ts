/** Those who ask to join a team of which one decides. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { usePages } from "../api/pages";

export type Asking = Schemas["InboxItem"];

export function useInbox() {
  return usePages(
    ["inbox"],
    (cursor) => {
      const query = { limit: "50", ...(cursor ? { cursor } : {}) };
      return data(api.GET("/v1/me/inbox", { params: { query } }));
    },
    { staleTime: 60_000 },
  );
}

/** Lets somebody into a team, or does not. */
export function useResolve() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, status }: { id: string; status: "approved" | "rejected" }) => {
      await api.PUT("/v1/join-requests/{id}", { params: { path: { id } }, body: { status } });
    },
    onSettled: () =>
      Promise.all(["inbox", "members"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
