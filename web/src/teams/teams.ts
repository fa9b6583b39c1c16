/** The teams of who is signed in. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Team = Schemas["Team"];

export function useTeams() {
  return useQuery({
    queryKey: ["teams"],
    queryFn: async () => (await data(api.GET("/v1/me/teams"))).teams,
    staleTime: 60_000,
  });
}
