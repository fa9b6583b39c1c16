import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import { Waiting } from "../app/Waiting";
import { ChatEditor } from "./ChatEditor";
import { asChat, asText, type JsonField } from "./draft";
import { ModelSettings } from "./ModelSettings";
import { completable, mistakesAt, ofText } from "./mistakes";
import type { Previewing } from "./previewing";
import type { Prompt } from "./prompts";
import { Troubles } from "./Troubles";
import type { Writing } from "./useDraft";
import type { Version } from "./versions";

const Editor = lazy(() => import("../editor/Editor"));

/** What a version says: to be written while it is a draft, to be read afterwards. */
export function DraftEditor({
  prompt,
  version,
  writing,
  unreadable,
  preview,
  refused,
  here,
}: {
  prompt: Prompt;
  version: Version;
  writing: Writing;
  unreadable: readonly JsonField[];
  preview: Previewing;
  /** Why one may not write; null where one may. */
  refused: string | null;
  here: string;
}) {
  const { draft, change } = writing;
  const isDraft = writing.isDraft && refused === null;
  const problems = preview.answer.data?.errors;
  const errors = useMemo(() => ofText(problems ?? []), [problems]);
  const mistakes = useMemo(() => mistakesAt(errors, "template"), [errors]);
  const variables = completable(preview.known.needs);
  const save = () => {
    if (isDraft && !unreadable.length) writing.save();
  };
  return (
    <Stack>
      {writing.isDraft && refused ? (
        <Text size="sm" c="dimmed">
          You can read and try this draft, not change it: {refused}
        </Text>
      ) : null}
      <Troubles prompt={prompt} version={version} writing={writing} here={here} />
      {isDraft ? (
        <SegmentedControl
          aria-label="Kind"
          style={{ alignSelf: "flex-start" }}
          data={[
            { value: "text", label: "One text" },
            { value: "chat", label: "Chat messages" },
          ]}
          value={draft.kind}
          onChange={(kind) => change(kind === "chat" ? asChat(draft) : asText(draft))}
        />
      ) : null}
      <Suspense fallback={<Waiting />}>
        {draft.kind === "chat" ? (
          <ChatEditor
            items={draft.items}
            onChange={(items) => change({ ...draft, items })}
            onSave={save}
            readOnly={!isDraft}
            variables={variables}
            errors={errors}
          />
        ) : (
          <Editor
            label={`Template of version ${version.version}`}
            value={draft.template}
            onChange={(template) => change({ ...draft, template })}
            onSave={save}
            readOnly={!isDraft}
            variables={variables}
            mistakes={mistakes}
            hint="Hello {{.name}}!"
          />
        )}
      </Suspense>
      <ModelSettings
        draft={draft}
        onChange={change}
        readOnly={!isDraft}
        unreadable={unreadable}
        inferred={preview.known.inferred_schema ?? {}}
      />
      {isDraft ? (
        <Group align="flex-end">
          <TextInput
            flex={1}
            label="What changed"
            placeholder="In a few words, for the history"
            value={draft.message}
            onChange={(event) => change({ ...draft, message: event.currentTarget.value })}
          />
          <Button
            onClick={save}
            loading={writing.isSaving}
            disabled={!writing.isChanged || unreadable.length > 0}
          >
            Save draft
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
