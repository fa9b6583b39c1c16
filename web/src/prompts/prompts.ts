/** The prompts of a team: one, all of them by name, or those that are looked for. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { asked, type Listing } from "./listing";

export type Prompt = Schemas["Prompt"];
export type Found = Schemas["ListedPrompt"];
export type Choices = Schemas["PromptChoices"];

const PAGE = "100";

/** Every prompt of a team, for a choice among them. */
export function usePrompts(team: string) {
  return useQuery({
    queryKey: ["prompts", team],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{teamID}/prompts", { params: { path: { teamID: team } } }))).prompts,
  });
}

export function usePrompt(team: string, slug: string) {
  return useQuery({
    queryKey: ["prompts", team, "one", slug],
    queryFn: async () => {
      const params = { path: { id: slug }, query: { team } };
      return (await data(api.GET("/v1/prompts/{id}", { params }))).prompt;
    },
  });
}

/** What is looked for, page by page. */
export function useFound(team: string, listing: Listing) {
  const wanted = asked(listing);
  return useInfiniteQuery({
    queryKey: ["prompts", team, "found", wanted],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...wanted, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      return data(
        api.GET("/v1/teams/{teamID}/prompts", { params: { path: { teamID: team }, query }, signal }),
      );
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** What the list can be narrowed down to. */
export function useChoices(team: string) {
  return useQuery({
    queryKey: ["prompts", team, "choices"],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{teamID}/prompt-choices", { params: { path: { teamID: team } } })))
        .choices,
  });
}
