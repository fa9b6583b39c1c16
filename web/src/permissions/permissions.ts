/** What whoever is signed in may do, so that nothing is offered that would be refused. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { sentence } from "../ui/Failure";

type OfTeam = Schemas["TeamPermissions"];
type OfPrompt = Schemas["PromptPermissions"];

export function useTeamPermissions(team: string) {
  return useQuery({
    queryKey: ["permissions", "team", team],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{teamID}/permissions", { params: { path: { teamID: team } } })))
        .permissions,
    staleTime: 30_000,
  });
}

export function usePromptPermissions(prompt: string) {
  return useQuery({
    queryKey: ["permissions", prompt],
    queryFn: async () =>
      (await data(api.GET("/v1/prompts/{id}/permissions", { params: { path: { id: prompt } } }))).permissions,
    staleTime: 30_000,
  });
}

/** Why something may not be done; null where it may, or where nobody knows yet. */
export function whyNot(permissions: OfTeam | undefined, action: string): string | null {
  const found = permissions?.actions.find((one) => one.action === action);
  return found && !found.allowed ? sentence(found.reason ?? "You may not do this") : null;
}

/** Why a label may not be moved, not even by asking others for their approval. */
export function whyNotMove(permissions: OfPrompt | undefined, label: string): string | null {
  const found = permissions?.labels.find((one) => one.label === label);
  if (found) return found.allowed || found.can_request_approval ? null : sentence(found.reason ?? "");
  return whyNot(permissions, "update_versions");
}
