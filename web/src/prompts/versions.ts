/** The versions of a prompt: reading them, writing drafts, and moving what is live and what labels mean. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api, data, type Schemas } from "../api/client";
import type { Content } from "./draft";
import type { Prompt } from "./prompts";

export type Version = Schemas["PromptVersion"];

export function useVersions(prompt: string) {
  return useQuery({
    queryKey: ["versions", prompt],
    queryFn: async () =>
      (await data(api.GET("/v1/prompts/{id}/versions", { params: { path: { id: prompt } } }))).versions,
  });
}

/** The version to compare with: what is live, or the one before. */
export function before(versions: readonly Version[], version: Version): number {
  const live = versions.find((one) => one.status === "live" && one.version !== version.version);
  const older = versions.find((one) => one.version < version.version);
  return (live ?? older ?? version).version;
}

/** Every change of a prompt's versions makes all that is shown of it doubtful. */
export function useChange<Input, Result>(prompt: Prompt, run: (input: Input) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: (_, error) => {
      const renewed = Promise.all(
        [
          ["versions", prompt.id],
          ["history", prompt.id],
          ["moves", prompt.id],
          ["permissions", prompt.id],
          ["prompts", prompt.team_id],
        ].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      return error ? undefined : renewed; // what went wrong is told at once, even where nothing can be read
    },
  });
}

/** What is sent of a version. */
export type Sent = Content & { message: string | null };

export function useCreateVersion(prompt: Prompt) {
  return useChange(prompt, async (draft: { template: string } | Sent) => {
    const params = { path: { id: prompt.id } };
    return (await data(api.POST("/v1/prompts/{id}/versions", { params, body: draft }))).version;
  });
}

/** Removes a draft for good; whatever label was on it leads nowhere then. */
export function useDeleteDraft(prompt: Prompt) {
  return useChange(prompt, async (version: Version) => {
    const params = { path: { id: prompt.id, version: String(version.version) } };
    await api.DELETE("/v1/prompts/{id}/versions/{version}", { params });
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
  constructor(
    readonly current: Version,
    readonly etag: string | null,
  ) {
    super("Somebody else changed this draft meanwhile.");
  }
}

/** Saves a draft, unless somebody else changed it since `readAs`; null saves it whatever it says now. */
export function useSaveDraft(prompt: Prompt) {
  return useChange(
    prompt,
    async ({ version, draft, readAs }: { version: Version; draft: Sent; readAs: string | null }) => {
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
          throw new Conflict(
            error.details.current as Version,
            (error.details.current_etag as string) ?? null,
          );
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
