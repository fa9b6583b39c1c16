/** The organizations of who is signed in, their people and their teams. */
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { everyPage, usePages } from "../api/pages";

export type Org = Schemas["OrganizationWithRole"];
export type Person = Schemas["OrgPerson"];

export function useOrgs() {
  return useQuery({
    queryKey: ["orgs"],
    queryFn: async () => (await data(api.GET("/v1/me/orgs"))).organizations,
    staleTime: 60_000,
  });
}

/** Whether a role lets one change what is set of an organization. */
export function administers(org: Org | undefined): boolean {
  return org?.role === "ADMIN";
}

export function usePeople(org: string) {
  return usePages(["people", org, "pages"], (cursor) => {
    const query = { limit: "50", ...(cursor ? { cursor } : {}) };
    return data(api.GET("/v1/orgs/{orgID}/people", { params: { path: { orgID: org }, query } }));
  });
}

/** Everybody of an organization, to choose from. */
export function useEverybody(org: string) {
  return useQuery({
    queryKey: ["people", org, "all"],
    queryFn: async () => {
      const pages = await everyPage((cursor) => {
        const query = { limit: "1000", ...(cursor ? { cursor } : {}) };
        return data(api.GET("/v1/orgs/{orgID}/people", { params: { path: { orgID: org }, query } }));
      });
      return pages.flatMap((page) => page.people);
    },
    staleTime: 60_000,
  });
}

export function useOrgTeams(org: string) {
  return usePages(["org teams", org], (cursor) => {
    const query = { limit: "50", ...(cursor ? { cursor } : {}) };
    return data(api.GET("/v1/orgs/{orgID}/teams", { params: { path: { orgID: org }, query } }));
  });
}
