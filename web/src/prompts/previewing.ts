/** What unsaved content would say, asked of the server as one types. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, data, type Schemas } from "../api/client";
import type { Content } from "./draft";
import { objectOf } from "./mistakes";

export type Answer = Schemas["PreviewAnswer"];

const PAUSE = 300; // milliseconds without a key

export function usePreview(team: string, content: Content | null, variables: string) {
  const values = objectOf(variables);
  const wanted = content && values ? JSON.stringify({ ...content, variables: values }) : null;
  const [asked] = useDebouncedValue(wanted, PAUSE);
  const answer = useQuery({
    queryKey: ["preview", team, asked],
    enabled: asked !== null,
    queryFn: async ({ signal }) => {
      const body = JSON.parse(asked as string) as Schemas["PreviewRequest"];
      return data(
        api.POST("/v1/teams/{teamID}/preview", { params: { path: { teamID: team } }, body, signal }),
      );
    },
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  });
  const known = useKnown(answer.data);
  return { answer, known, isBehind: asked !== wanted || answer.isFetching, hasValues: values !== null };
}

export type Previewing = ReturnType<typeof usePreview>;

/** What the content reads; while it does not parse, what it read before. */
function useKnown(answer: Answer | undefined): Pick<Answer, "needs" | "inferred_schema"> {
  const [known, setKnown] = useState<Pick<Answer, "needs" | "inferred_schema">>({
    needs: [],
    inferred_schema: {},
  });
  useEffect(() => {
    if (answer && (answer.needs.length || !answer.errors.length)) setKnown(answer);
  }, [answer]);
  return known;
}

/** What some content says with each of some variables; asked again when any of it changes. */
export function useSaid(team: string, wanted: readonly Said[]) {
  return useQueries({
    queries: wanted.map(({ content, variables }) => {
      const asked = JSON.stringify({ ...content, variables });
      return {
        queryKey: ["preview", team, asked],
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const body = JSON.parse(asked) as Schemas["PreviewRequest"];
          const params = { path: { teamID: team } };
          return data(api.POST("/v1/teams/{teamID}/preview", { params, body, signal }));
        },
        gcTime: 10_000,
        retry: false,
      };
    }),
  });
}

export interface Said {
  content: Content;
  variables: object;
}

/** What an answer says in one text, of a chat the text that shows it; or why it says nothing. */
export function inOneText(answer: Answer): string {
  return answer.errors.length ? answer.errors.map((one) => one.message).join("\n") : (answer.rendered ?? "");
}
