/** The teams of who is signed in, and those that they administer without belonging to them. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { everyPage } from "../api/pages";
import { useOrgs } from "./orgs";

export type Team = Schemas["Team"];

export function useTeams() {
  return useQuery({
    queryKey: ["teams"],
    queryFn: async () => (await data(api.GET("/v1/me/teams"))).teams,
    staleTime: 60_000,
  });
}

/** A team by id: one's own, or one of one's organizations; undefined where one sees no such team. */
export function useTeam(id: string) {
  const mine = useTeams();
  const orgs = useOrgs();
  const own = mine.data?.find((one) => one.id === id);
  const others = useQuery({
    queryKey: ["org teams", "find", id],
    enabled: mine.isSuccess && orgs.isSuccess && !own,
    queryFn: async () => {
      for (const org of orgs.data ?? []) {
        const pages = await everyPage((cursor) => {
          const query = { limit: "200", ...(cursor ? { cursor } : {}) };
          return data(api.GET("/v1/orgs/{orgID}/teams", { params: { path: { orgID: org.id }, query } }));
        });
        const found = pages.flatMap((page) => page.teams).find((one) => one.id === id);
        if (found) return found;
      }
      return null;
    },
  });
  return {
    data: own ?? others.data ?? undefined,
    error: own || others.data ? null : (mine.error ?? orgs.error ?? others.error),
    isPending: !own && (mine.isPending || orgs.isPending || others.isPending),
    refetch: () => Promise.all([mine.refetch(), orgs.refetch()]),
  };
}
