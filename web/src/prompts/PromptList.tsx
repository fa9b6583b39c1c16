import { Button, Group, Loader, Stack, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { Waiting } from "../app/Waiting";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { Filters } from "./Filters";
import { Folders } from "./Folders";
import { FoundList, type Reached } from "./FoundList";
import { EVERYTHING, isNarrowed, type Listing, readListing, writeListing } from "./listing";
import { NewPrompt } from "./NewPrompt";
import { useChoices, useFound } from "./prompts";
import { useSlash } from "./useSlash";

/** The prompts of a team: looked for as one types, narrowed down, sorted; the address says how. */
export function PromptList({ team }: { team: string }) {
  const listing = readListing(useSearch());
  const [, go] = useLocation();
  const show = (changed: Partial<Listing>) =>
    go(`/teams/${team}${writeListing({ ...listing, ...changed })}`, { replace: true });
  const found = useFound(team, listing);
  const choices = useChoices(team);
  const list = useRef<Reached>(null);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>Prompts</Title>
        <NewPrompt team={team} folder={listing.folder} />
      </Group>
      <Search
        q={listing.q}
        isBusy={found.isFetching && !found.isFetchingNextPage}
        onSearch={(q) => show({ q })}
        onDown={() => list.current?.enter()}
      />
      <Filters listing={listing} choices={choices.data} onChange={show} />
      <Folders listing={listing} choices={choices.data} onChange={show} />
      <Results team={team} listing={listing} found={found} list={list} clear={() => show(EVERYTHING)} />
    </Stack>
  );
}

function Results({
  team,
  listing,
  found,
  list,
  clear,
}: {
  team: string;
  listing: Listing;
  found: ReturnType<typeof useFound>;
  list: React.RefObject<Reached | null>;
  clear: () => void;
}) {
  if (found.isPending) return <Waiting />;
  if (found.error && !found.data) {
    return <Failure error={found.error} what="The prompts cannot be shown" retry={() => found.refetch()} />;
  }
  const prompts = found.data.pages.flatMap((page) => page.prompts);
  if (prompts.length === 0) return <Nothing team={team} isNarrowed={isNarrowed(listing)} clear={clear} />;
  return (
    <>
      {found.error ? (
        <Failure
          error={found.error}
          what="Not all of the prompts can be shown"
          retry={() => found.fetchNextPage()}
        />
      ) : null}
      <FoundList
        ref={list}
        team={team}
        prompts={prompts}
        isWhole={!found.hasNextPage}
        onEnd={() => {
          if (found.hasNextPage && !found.isFetching && !found.error) found.fetchNextPage();
        }}
      />
    </>
  );
}

/** What stands where nothing is found: what to do next. */
function Nothing({ team, isNarrowed, clear }: { team: string; isNarrowed: boolean; clear: () => void }) {
  if (isNarrowed) {
    return (
      <Empty
        title="Nothing found"
        action={
          <Button variant="default" onClick={clear}>
            Show all prompts
          </Button>
        }
      >
        No prompt fits this search and these filters. Try fewer words, or another folder.
      </Empty>
    );
  }
  return (
    <Empty title="No prompts yet" action={<NewPrompt team={team} folder="" name="Write the first prompt" />}>
      A prompt is a text with a name that your applications ask for. Write one here, try it, and put it live.
    </Empty>
  );
}

const PAUSE = 200; // milliseconds without a key

function Search({
  q,
  isBusy,
  onSearch,
  onDown,
}: {
  q: string;
  isBusy: boolean;
  onSearch: (q: string) => void;
  onDown: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(q);
  const said = useRef(q);
  const search = useRef(onSearch);
  search.current = onSearch;
  // A page that waits for another one to load keeps its effects, but not those of its layout.
  useLayoutEffect(() => {
    if (typed === said.current) return;
    const timer = setTimeout(() => {
      said.current = typed;
      search.current(typed);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    if (q === said.current) return; // the address has come to say what was typed
    said.current = q;
    setTyped(q);
  }, [q]);
  useSlash(field);
  return (
    <TextInput
      ref={field}
      aria-label="Search"
      aria-keyshortcuts="/"
      placeholder="Search names, descriptions and texts (press /)"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={isBusy ? <Loader size="xs" role="status" aria-label="Loading" /> : null}
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        onDown();
      }}
    />
  );
}
