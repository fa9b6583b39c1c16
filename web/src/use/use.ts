/** What is used, by which running processes, and what scores say of it. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import type { Prompt } from "../prompts/prompts";
import type { Period } from "./chart";

export type Use = Schemas["PromptUseAnswer"];
export type UseRow = Schemas["UseRow"];
export type Processes = Schemas["PromptProcessesAnswer"];
export type Comparison = Schemas["ScoreComparison"];

const AGAIN = 10_000; // milliseconds after which running processes are asked about again

export function usePromptUse(prompt: Prompt, period: Period) {
  return useQuery({
    queryKey: ["use", prompt.id, period.days],
    queryFn: async () => {
      const from = new Date(Date.now() - period.days * 86_400_000).toISOString();
      const params = { path: { id: prompt.id }, query: { from, by: period.by } };
      return data(api.GET("/v1/prompts/{id}/use", { params }));
    },
  });
}

/** The processes that serve a prompt now, those that do not follow first. */
export function useProcesses(prompt: Prompt, label = "") {
  return useQuery({
    queryKey: ["processes", prompt.id, label],
    queryFn: async () => {
      const params = { path: { id: prompt.id }, query: label ? { label } : {} };
      return data(api.GET("/v1/prompts/{id}/processes", { params }));
    },
    refetchInterval: AGAIN,
  });
}

export function useScores(prompt: Prompt, from: string, to: string) {
  return useQuery({
    queryKey: ["scores", prompt.id, from, to],
    enabled: !!from && !!to,
    queryFn: async () => {
      const params = { path: { id: prompt.id }, query: { from, to } };
      return data(api.GET("/v1/prompts/{id}/scores", { params }));
    },
  });
}

/** The prompts of a team that are used most, and those that nobody has used for some days. */
export function useTeamUse(team: string, days: number) {
  return useQuery({
    queryKey: ["use", "team", team, days],
    queryFn: async () =>
      data(api.GET("/v1/use", { params: { query: { team, days: String(days), limit: "200" } } })),
  });
}
