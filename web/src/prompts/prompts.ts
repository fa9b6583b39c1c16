/** The prompts of a team. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Prompt = Schemas["Prompt"];

export function usePrompts(team: string) {
  return useQuery({
    queryKey: ["prompts", team],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{teamID}/prompts", { params: { path: { teamID: team } } }))).prompts,
  });
}
