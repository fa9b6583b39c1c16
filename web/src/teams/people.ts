/** The people of a team and of its organization. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Member = Schemas["TeamMemberResponse"];

export function useMembers(team: string) {
  return useQuery({
    queryKey: ["members", team],
    queryFn: async () =>
      (await data(api.GET("/v1/teams/{id}/members", { params: { path: { id: team } } }))).members,
    staleTime: 60_000,
  });
}

/** Gives somebody's address, or what is known of who is no member. */
export function nameOf(members: readonly Member[] | undefined, kind: string, id: string): string {
  const found = kind === "user" ? members?.find((one) => one.user_id === id) : undefined;
  return found?.email ?? (kind === "user" ? "somebody outside the team" : kind.replace("_", " "));
}
