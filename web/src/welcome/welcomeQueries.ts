/** Whether somebody is here for the first time, so that there is something to begin with. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { useUser } from "../session/session";
import { administers, useOrgs } from "../teams/orgs";

const KEY = "promptwire:welcomed";

/** What is known of those who were welcomed in this browser; without storage everybody was. */
function isWelcomed(user: string): boolean {
  try {
    return localStorage.getItem(KEY) === user;
  } catch {
    return true;
  }
}

export function noteWelcomed(user: string): void {
  try {
    localStorage.setItem(KEY, user);
  } catch {
    // then they are not asked again anyway
  }
}

/** A first run: who administers the instance is here, and no key of the organization was ever used. */
export function useWelcome(): { isDue: boolean; isPending: boolean } {
  const user = useUser();
  const orgs = useOrgs();
  const [isNew] = useState(() => !!user?.is_admin && !isWelcomed(user.id));
  const org = orgs.data?.find(administers)?.id;
  const keys = useQuery({
    queryKey: ["welcome", org],
    enabled: isNew && !!org,
    retry: false,
    queryFn: async () =>
      (await data(api.GET("/v1/api-keys", { params: { query: { org_id: org ?? "", limit: "50" } } })))
        .api_keys,
  });
  if (!isNew || orgs.error || keys.error) return { isDue: false, isPending: false };
  if (orgs.isPending) return { isDue: false, isPending: true };
  if (!org) return { isDue: false, isPending: false };
  return { isDue: keys.data?.every((key) => !key.last_used_at) ?? false, isPending: keys.isPending };
}
