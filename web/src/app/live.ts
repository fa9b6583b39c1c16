/** What others change is shown without asking for it: one stream a visible page, which goes on where it broke off. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { base } from "../api/client";
import { eventsOf, type ServerEvent } from "../api/events";

const FIRST_WAIT = 1_000; // milliseconds
const LONGEST_WAIT = 30_000;
const LISTS = new Set(["prompts", "requests", "request"]);
const OF_A_PROMPT = new Set(["versions", "history", "moves"]);

/** Follows what changes while the page is seen; a browser has few connections to a host, and hidden pages need none. */
export function useLive(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let stop = new AbortController();
    const look = () => {
      stop.abort();
      stop = new AbortController();
      if (document.visibilityState === "visible") follow(queries, stop.signal);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      stop.abort();
    };
  }, [queries]);
}

async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let last = "";
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    try {
      const headers = last ? { "Last-Event-ID": last } : undefined;
      const answer = await fetch(`${base}/v1/stream`, { signal, ...(headers ? { headers } : {}) });
      if (answer.status === 401) return; // whatever is asked for next says so too, and asks to sign in
      if (answer.ok && answer.body) {
        wait = FIRST_WAIT;
        for await (const event of eventsOf(answer.body)) {
          renew(queries, event, last !== "");
          last = event.id || last;
        }
      }
    } catch {
      // the server is away, or the page is left
    }
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(2 * wait, LONGEST_WAIT);
  }
}

/** Makes doubtful what an event speaks of; after a gap that is not remembered, everything of prompts. */
function renew(queries: QueryClient, event: ServerEvent, wasThere: boolean): void {
  const data = (event.data ?? {}) as { prompts?: { id: string }[]; resumed?: boolean };
  const isGap = event.name === "reset" || (event.name === "hello" && wasThere && !data.resumed);
  if (event.name !== "changed" && !isGap) return;
  const ids = new Set(data.prompts?.map((one) => one.id));
  queries.invalidateQueries({
    predicate: ({ queryKey: [kind, id] }) =>
      LISTS.has(kind as string) || (OF_A_PROMPT.has(kind as string) && (isGap || ids.has(id as string))),
  });
}
