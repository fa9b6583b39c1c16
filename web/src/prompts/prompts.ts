/** The prompts of a team, and their versions. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Prompt = Schemas["Prompt"];
export type Version = Schemas["PromptVersion"];

export function usePrompts(team: string) {
  return useQuery({
    queryKey: ["prompts", team],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{teamID}/prompts", { params: { path: { teamID: team } } }))).prompts,
  });
}

export function useVersions(prompt: string) {
  return useQuery({
    queryKey: ["versions", prompt],
    queryFn: async () =>
      (await data(api.GET("/v1/prompts/{id}/versions", { params: { path: { id: prompt } } }))).versions,
  });
}
