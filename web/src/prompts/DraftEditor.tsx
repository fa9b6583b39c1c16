import { Alert, Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { ChatEditor } from "./ChatEditor";
import { asChat, asText, type JsonField } from "./draft";
import { ModelSettings } from "./ModelSettings";
import { completable, mistakesAt } from "./mistakes";
import type { Previewing } from "./preview";
import type { Writing } from "./useDraft";
import type { Version } from "./versions";

const Editor = lazy(() => import("../editor/Editor"));

/** What a version says: to be written while it is a draft, to be read afterwards. */
export function DraftEditor({
  version,
  writing,
  unreadable,
  preview,
}: {
  version: Version;
  writing: Writing;
  unreadable: readonly JsonField[];
  preview: Previewing;
}) {
  const { draft, change, isDraft } = writing;
  const errors = preview.answer.data?.errors;
  const mistakes = useMemo(() => mistakesAt(errors ?? [], "template"), [errors]);
  const variables = completable(preview.known.needs);
  const save = () => {
    if (isDraft && !unreadable.length) writing.save();
  };
  return (
    <Stack>
      <Troubles writing={writing} />
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
            errors={errors ?? []}
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

/** Why it was not saved, and what to do about it. */
function Troubles({ writing }: { writing: Writing }) {
  const { conflict, error } = writing;
  if (!conflict) return error ? <Failure error={error} what="Not saved; your text is kept" /> : null;
  return (
    <Alert color="orange" title="Somebody else changed this draft" role="alert">
      <Stack gap="xs">
        <Text size="sm">Yours is below and was not saved. Theirs reads:</Text>
        <Text component="pre" m={0} ff="monospace" size="sm" className="wrapped">
          {conflict.current.template}
        </Text>
        <Group>
          <Button size="compact-sm" variant="light" onClick={() => writing.takeTheirs(conflict)}>
            Take theirs
          </Button>
          <Button size="compact-sm" color="orange" onClick={writing.saveOver}>
            Save mine over it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
