import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { contentOf, draftOf, inOneText } from "./draft";
import type { Prompt } from "./prompts";
import type { Writing } from "./useDraft";
import { type Conflict, useCreateVersion, type Version } from "./versions";

const Differences = lazy(() => import("../editor/Differences"));

/** Why a draft was not saved, and what to do about it. */
export function Troubles({
  prompt,
  version,
  writing,
  here,
}: {
  prompt: Prompt;
  version: Version;
  writing: Writing;
  here: string;
}) {
  const { conflict, error, aside } = writing;
  if (!conflict && error) return <Failure error={error} what="Not saved; your text is kept" />;
  if (!conflict) return aside ? <Aside onBack={writing.takeBack} /> : null;
  return <Both prompt={prompt} version={version} writing={writing} conflict={conflict} here={here} />;
}

function Aside({ onBack }: { onBack: () => void }) {
  return (
    <Alert color="gray" role="status" title="You took theirs">
      <Group justify="space-between">
        <Text size="sm">Your text is set aside as long as this page stays open.</Text>
        <Button size="compact-sm" variant="default" onClick={onBack}>
          Bring mine back
        </Button>
      </Group>
    </Alert>
  );
}

/** Two people wrote the same draft: both texts, and ways on that lose neither unawares. */
function Both({
  prompt,
  version,
  writing,
  conflict,
  here,
}: {
  prompt: Prompt;
  version: Version;
  writing: Writing;
  conflict: Conflict;
  here: string;
}) {
  const [, go] = useLocation();
  const create = useCreateVersion(prompt);
  const { content, unreadable } = contentOf(writing.draft);
  const apart = () =>
    create.mutate(
      { ...content, message: writing.draft.message || null },
      {
        onSuccess: (made) => {
          writing.takeTheirs(conflict);
          go(`${here}?version=${made.version}`);
        },
      },
    );
  return (
    <Alert color="orange" title="Somebody else changed this draft" role="alert">
      <Stack gap="xs">
        <Text size="sm">
          Yours was not saved. Theirs is on the left, yours on the right and in the editor below, where you
          can bring both together.
        </Text>
        <Suspense fallback={<Waiting />}>
          <Differences
            before={inOneText(draftOf(conflict.current))}
            after={inOneText(writing.draft)}
            view="side"
            names={[`Their version ${version.version}`, `Your version ${version.version}`]}
          />
        </Suspense>
        {create.error ? <Failure error={create.error} what="No draft was made; your text is kept" /> : null}
        <Group>
          <Button size="compact-sm" variant="light" onClick={() => writing.takeTheirs(conflict)}>
            Take theirs
          </Button>
          <Button
            size="compact-sm"
            variant="light"
            loading={create.isPending}
            disabled={unreadable.length > 0}
            onClick={apart}
          >
            Keep mine as a new draft
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => writing.saveOver(conflict)}>
            Save mine over it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
