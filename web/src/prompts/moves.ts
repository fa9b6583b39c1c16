/** Moves of labels and of the live status: what would come of them, making them, asking for approval, undoing them. */
import { useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../api/client";
import type { Prompt } from "./prompts";
import { useChange, type Version } from "./versions";

/** A move of the live status or of a label. */
export type Move =
  | { kind: "promote"; version: Version; to: "stable" | "live" }
  | { kind: "demote"; version: Version }
  | { kind: "archive"; version: Version }
  | { kind: "label"; version: Version; label: string }
  | { kind: "unlabel"; version: Version; label: string }
  | { kind: "back"; version: Version; label: string };

export type Foresight = Schemas["DryRun"];
export type ChangeRequest = Schemas["ChangeRequest"];

interface Terms {
  reason?: string;
  dry_run?: "true";
  request_approval?: "true";
  expected_version?: string;
}

/** What a call for a move may answer: what would come of it, a change request, or that it was made. */
interface Came {
  dry_run?: Foresight;
  change_request?: ChangeRequest;
}

async function came(call: Promise<{ data?: unknown }>): Promise<Came> {
  return ((await call).data ?? {}) as Came;
}

async function send(prompt: Prompt, move: Move, query: Terms): Promise<Came> {
  const id = prompt.id;
  const version = String(move.version.version);
  switch (move.kind) {
    case "promote": {
      const params = { path: { id, version }, query };
      return came(api.POST("/v1/prompts/{id}/versions/{version}/promote", { params, body: { to: move.to } }));
    }
    case "demote":
      return came(
        api.POST("/v1/prompts/{id}/versions/{version}/demote", { params: { path: { id, version }, query } }),
      );
    case "archive":
      return came(
        api.POST("/v1/prompts/{id}/versions/{version}/archive", { params: { path: { id, version }, query } }),
      );
    case "label": {
      const params = { path: { id, version }, query };
      return came(
        api.POST("/v1/prompts/{id}/versions/{version}/tags", { params, body: { tag: move.label } }),
      );
    }
    case "unlabel": {
      const params = { path: { id, tag: move.label }, query };
      return came(api.DELETE("/v1/prompts/{id}/tags/{tag}", { params }));
    }
    case "back":
      return putBack(id, move.label, query);
  }
}

async function putBack(id: string, tag: string, query: Terms): Promise<Came> {
  return came(api.POST("/v1/prompts/{id}/tags/{tag}/rollback", { params: { path: { id, tag }, query } }));
}

/** Asks what would come of a move, and changes nothing. */
export function useForesight(prompt: Prompt, move: Move) {
  return useQuery({
    queryKey: ["moves", prompt.id, move.kind, move.version.id, move],
    queryFn: async () => (await send(prompt, move, { dry_run: "true" })).dry_run ?? null,
    staleTime: 0,
    gcTime: 0,
  });
}

/** Makes a move, or opens a change request for it, which it gives then. */
export function useMove(prompt: Prompt) {
  return useChange(
    prompt,
    async ({ move, reason, byRequest }: { move: Move; reason: string; byRequest: boolean }) => {
      const terms: Terms = {};
      if (reason) terms.reason = reason;
      if (byRequest) terms.request_approval = "true";
      return (await send(prompt, move, terms)).change_request ?? null;
    },
  );
}

/** Takes a move back, unless somebody moved the same label meanwhile. */
export function useUndo(prompt: Prompt) {
  return useChange(prompt, ({ label, to }: { label: string; to: number | null }) =>
    putBack(prompt.id, label, { reason: "Undone right after", expected_version: String(to ?? 0) }),
  );
}
