/** The versions of a prompt: reading them, writing drafts, and moving what is live and what labels mean. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api, data, type Schemas } from "../api/client";
import type { Prompt } from "./prompts";

export type Version = Schemas["PromptVersion"];

export function useVersions(prompt: string) {
  return useQuery({
    queryKey: ["versions", prompt],
    queryFn: async () =>
      (await data(api.GET("/v1/prompts/{id}/versions", { params: { path: { id: prompt } } }))).versions,
  });
}

/** Every change of a prompt's versions makes all that is shown of it doubtful. */
function useChange<Input, Result>(prompt: Prompt, run: (input: Input) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () =>
      Promise.all(
        ["versions", "variables", "history"].map((key) =>
          queries.invalidateQueries({ queryKey: [key, prompt.id] }),
        ),
      ),
  });
}

/** What an author writes of a version. */
export type Draft = Pick<Version, "template" | "message">;

export function useCreateVersion(prompt: Prompt) {
  return useChange(prompt, async (draft: Draft) => {
    const params = { path: { id: prompt.id } };
    return (await data(api.POST("/v1/prompts/{id}/versions", { params, body: draft }))).version;
  });
}

export function useDuplicateVersion(prompt: Prompt) {
  return useChange(prompt, async (version: Version) => {
    const params = { path: { id: prompt.id, version: String(version.version) } };
    return (await data(api.POST("/v1/prompts/{id}/versions/{version}/duplicate", { params }))).version;
  });
}

/** Somebody else changed the draft since it was read. */
export class Conflict extends Error {
  constructor(readonly current: Version) {
    super("Somebody else changed this draft meanwhile.");
  }
}

/** Saves a draft, unless somebody else changed it since `readAs`; null saves it whatever it says now. */
export function useSaveDraft(prompt: Prompt) {
  return useChange(
    prompt,
    async ({ version, draft, readAs }: { version: Version; draft: Draft; readAs: string | null }) => {
      const path = { id: prompt.id, version: String(version.version) };
      const header = readAs === null ? {} : { "If-Match": readAs };
      try {
        const call = api.PUT("/v1/prompts/{id}/versions/{version}", {
          params: { path, header },
          body: draft,
        });
        const answer = await call;
        return {
          version: (answer.data as Schemas["VersionAnswer"]).version,
          etag: answer.response.headers.get("ETag"),
        };
      } catch (error) {
        if (error instanceof ApiError && error.status === 412) {
          throw new Conflict(error.details.current as Version);
        }
        throw error;
      }
    },
  );
}

/** Reads a version with the tag of its text, by which a later save knows whether it is still that. */
export async function readVersion(prompt: string, version: number) {
  const params = { path: { id: prompt, version: String(version) } };
  const answer = await api.GET("/v1/prompts/{id}/versions/{version}", { params });
  return {
    version: (answer.data as Schemas["VersionAnswer"]).version,
    etag: answer.response.headers.get("ETag"),
  };
}

/** A move of the live status or of a label. */
export type Move =
  | { kind: "promote"; version: Version; to: "stable" | "live" }
  | { kind: "demote"; version: Version }
  | { kind: "archive"; version: Version }
  | { kind: "label"; version: Version; label: string }
  | { kind: "unlabel"; version: Version; label: string };

export function useMove(prompt: Prompt) {
  return useChange(prompt, async ({ move, reason }: { move: Move; reason: string }) => {
    const path = { id: prompt.id, version: String(move.version.version) };
    const why = reason ? { reason } : {};
    switch (move.kind) {
      case "promote":
        await api.POST("/v1/prompts/{id}/versions/{version}/promote", {
          params: { path },
          body: { to: move.to, ...why },
        });
        break;
      case "demote":
        await api.POST("/v1/prompts/{id}/versions/{version}/demote", { params: { path, query: why } });
        break;
      case "archive":
        await api.POST("/v1/prompts/{id}/versions/{version}/archive", { params: { path, query: why } });
        break;
      case "label":
        await api.POST("/v1/prompts/{id}/versions/{version}/tags", {
          params: { path },
          body: { tag: move.label, ...why },
        });
        break;
      case "unlabel":
        await api.DELETE("/v1/prompts/{id}/tags/{tag}", {
          params: { path: { id: prompt.id, tag: move.label }, query: why },
        });
    }
  });
}
