/** The people of a team. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { everyPage, usePages } from "../api/pages";

export type Member = Schemas["TeamMemberResponse"];

function page(team: string, cursor: string) {
  const query = cursor ? { cursor } : {};
  return data(api.GET("/v1/teams/{id}/members", { params: { path: { id: team }, query } }));
}

/** The members of a team, as far as their names are wanted. */
export function useMembers(team: string) {
  return useQuery({
    queryKey: ["members", team, "names"],
    queryFn: async () => (await everyPage((cursor) => page(team, cursor))).flatMap((one) => one.members),
    staleTime: 60_000,
  });
}

/** The members of a team, page by page. */
export function useMemberPages(team: string) {
  return usePages(["members", team, "pages"], (cursor) => page(team, cursor));
}

/** Gives somebody's address, or what is known of who is no member. */
export function nameOf(members: readonly Member[] | undefined, kind: string, id: string): string {
  const found = kind === "user" ? members?.find((one) => one.user_id === id) : undefined;
  return found?.email ?? (kind === "user" ? "somebody outside the team" : kind.replace("_", " "));
}
