import { Anchor, Select, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useLocation, useSearch } from "wouter";
import { api, data, type Schemas } from "../api/client";
import { Waiting } from "../app/Waiting";
import { Changes } from "../ui/Changes";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { More } from "../ui/More";
import { writeComparison } from "./comparison";
import type { Prompt } from "./prompts";
import type { Version } from "./versions";

type Event = Schemas["HistoryEvent"];

/** What happened to a prompt, or to one label of it: who, when, from where to where, and why. */
export default function History({
  prompt,
  versions,
  here,
}: {
  prompt: Prompt;
  versions: readonly Version[];
  here: string;
}) {
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const label = search.get("label") ?? "";
  const history = useInfiniteQuery({
    queryKey: ["history", prompt.id, label],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const query = { ...(label ? { label } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      return data(api.GET("/v1/prompts/{id}/history", { params: { path: { id: prompt.id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const show = (chosen: string | null) => {
    const next = new URLSearchParams(search);
    next.set("tab", "history");
    if (chosen) next.set("label", chosen);
    else next.delete("label");
    go(`${here}?${next}`);
  };
  const events = history.data?.pages.flatMap((page) => page.history) ?? [];
  const labels = [...new Set(["live", ...versions.flatMap((one) => one.tags), ...(label ? [label] : [])])];
  return (
    <Stack align="flex-start">
      <Select
        label="Label"
        placeholder="Everything"
        clearable
        searchable
        clearButtonProps={{ "aria-label": "Everything" }}
        data={labels.sort()}
        value={label || null}
        onChange={show}
      />
      {history.isPending ? <Waiting /> : null}
      {history.isLoadingError ? (
        <Failure error={history.error} what="The history cannot be shown" retry={() => history.refetch()} />
      ) : null}
      {history.data && events.length === 0 ? (
        <Empty title="Nothing happened yet">
          {label ? `The label ${label} was never moved here.` : "Every change will be listed here."}
        </Empty>
      ) : null}
      {events.length ? (
        <Changes changes={events} more={(event) => <Versions event={event} here={here} />} />
      ) : null}
      <More list={history} what="Earlier" />
    </Stack>
  );
}

function Versions({ event, here }: { event: Event; here: string }) {
  const { from_version: from, to_version: to } = event;
  return (
    <>
      {from || to ? <Text size="sm">{`${named(from)} → ${named(to)}`}</Text> : null}
      {from && to && from !== to ? (
        <Anchor
          component={Link}
          size="sm"
          href={`${here}${writeComparison(to, { from, of: "template", view: "side", payload: "" })}`}
        >
          Compare
        </Anchor>
      ) : null}
    </>
  );
}

function named(version: number | null | undefined): string {
  return version ? `v${version}` : "nothing";
}
