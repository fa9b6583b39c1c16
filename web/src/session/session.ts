/** Who is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api, data, type Schemas } from "../api/client";

export type User = Schemas["User"];

/** Whose session it is; over, where it ended while they were at work, until they sign in again. Null: nobody's. */
export type Session = { user: User; isOver: boolean } | null;

/** What becomes of a session that the server knows no longer: the page stays, with what was typed in it. */
export function ended(before: Session | undefined): Session {
  return before ? { ...before, isOver: true } : null;
}

export function useSession() {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["session"],
    queryFn: async (): Promise<Session> => {
      try {
        return { user: (await data(api.GET("/v1/auth/me"))).user, isOver: false };
      } catch (error) {
        if (error instanceof ApiError && error.status === 401)
          return ended(queries.getQueryData<Session>(["session"]));
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** The person who is signed in; only pages that are shown to such a person ask. */
export function useUser(): User | undefined {
  return useSession().data?.user;
}

/** How one gets in here: with a password, with an identity provider, by registering. */
export function useWays() {
  return useQuery({
    queryKey: ["ways"],
    queryFn: async () => data(api.GET("/v1/auth/ways")),
    staleTime: 60_000,
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { email: string; password: string }) =>
      (await data(api.POST("/v1/auth/browser-session", { body }))).user,
    onSuccess: (user) => {
      const before = queries.getQueryData<Session>(["session"]);
      queries.setQueryData<Session>(["session"], (): Session => ({ user, isOver: false }));
      if (before && before.user.id !== user.id) forget(queries);
      else if (before)
        return queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/v1/auth/session");
    },
    onSuccess: () => {
      queries.setQueryData<Session>(["session"], null);
      forget(queries);
    },
  });
}

/** Forgets what the person before has read. */
function forget(queries: ReturnType<typeof useQueryClient>) {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
}
