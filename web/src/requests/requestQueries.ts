/** Change requests: moves that wait for the approval of others. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type ChangeRequest = Schemas["ChangeRequest"];

export function useRequests(team: string, status: string) {
  return useQuery({
    queryKey: ["requests", team, status],
    queryFn: async () => {
      const params = { path: { teamID: team }, query: { status, limit: "100" } };
      return (await data(api.GET("/v1/teams/{teamID}/change-requests", { params }))).change_requests;
    },
  });
}

export function useRequest(id: string) {
  return useQuery({
    queryKey: ["request", id],
    queryFn: async () =>
      (await data(api.GET("/v1/change-requests/{id}", { params: { path: { id } } }))).change_request,
  });
}

export type Answer = "approve" | "decline" | "withdraw" | "comments";

/** Answers a change request; what becomes of it may move a label. */
export function useAnswer(request: ChangeRequest) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ answer, comment }: { answer: Answer; comment: string }) => {
      const params = { path: { id: request.id } };
      if (answer === "comments") {
        await api.POST("/v1/change-requests/{id}/comments", { params, body: { comment } });
      } else {
        await api.POST(`/v1/change-requests/{id}/${answer}`, { params, body: comment ? { comment } : {} });
      }
    },
    onSettled: () =>
      Promise.all(
        [
          ["request", request.id],
          ["requests", request.team_id],
          ["versions", request.prompt_id],
          ["history", request.prompt_id],
        ].map((queryKey) => queries.invalidateQueries({ queryKey })),
      ),
  });
}

/** What is asked for, such as `prod: v1 → v2`. */
export function asked(request: ChangeRequest): string {
  const moves = request.moves.map(
    (one) => `${one.label}: ${version(one.from_version)} → ${version(one.to_version)}`,
  );
  return moves.length ? moves.join(", ") : `${request.kind} v${request.version}`;
}

function version(number: number | null | undefined): string {
  return number ? `v${number}` : "nothing";
}
