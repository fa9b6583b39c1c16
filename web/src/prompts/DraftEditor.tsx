import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Waiting } from "../app/Waiting";
import { Failure } from "../ui/Failure";
import { keep, kept } from "./kept";
import type { Prompt } from "./prompts";
import { Conflict, readVersion, useSaveDraft, type Version } from "./versions";

const Editor = lazy(() => import("../editor/Editor"));

/** The text of a version: to be written while it is a draft, to be read afterwards. */
export function DraftEditor({ prompt, version }: { prompt: Prompt; version: Version }) {
  const [text, setText] = useState(() => kept(version) ?? version.template);
  const [message, setMessage] = useState(version.message ?? "");
  const readAs = useRef<string | null>(null);
  const save = useSaveDraft(prompt);
  const isDraft = version.status === "draft";
  const isChanged = text !== version.template || message !== (version.message ?? "");

  useEffect(() => {
    if (isDraft) readVersion(prompt.id, version.version).then((read) => (readAs.current = read.etag));
  }, [prompt.id, version.version, isDraft]);

  const change = (value: string) => {
    setText(value);
    keep(version, value);
  };
  const write = (over: string | null) =>
    save.mutate(
      { version, draft: { template: text, message: message || null }, readAs: over },
      {
        onSuccess: (saved) => {
          readAs.current = saved.etag;
          keep(saved.version, saved.version.template);
          notifications.show({ message: `Version ${version.version} is saved.`, color: "green" });
        },
      },
    );
  const conflict = save.error instanceof Conflict ? save.error : null;

  return (
    <Stack>
      {conflict ? (
        <Alert color="orange" title="Somebody else changed this draft" role="alert">
          <Stack gap="xs">
            <Text size="sm">Yours is below and was not saved. Theirs reads:</Text>
            <Text component="pre" m={0} ff="monospace" size="sm" className="wrapped">
              {conflict.current.template}
            </Text>
            <Group>
              <Button size="compact-sm" variant="light" onClick={() => change(conflict.current.template)}>
                Take theirs
              </Button>
              <Button size="compact-sm" color="orange" onClick={() => write(null)}>
                Save mine over it
              </Button>
            </Group>
          </Stack>
        </Alert>
      ) : save.error ? (
        <Failure error={save.error} what="Not saved; your text is kept" />
      ) : null}
      <Suspense fallback={<Waiting />}>
        <Editor
          label={`Template of version ${version.version}`}
          value={text}
          onChange={change}
          onSave={() => isDraft && write(readAs.current)}
          readOnly={!isDraft}
          hint="Hello {{.name}}!"
        />
      </Suspense>
      {isDraft ? (
        <Group align="flex-end">
          <TextInput
            flex={1}
            label="What changed"
            placeholder="In a few words, for the history"
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
          <Button onClick={() => write(readAs.current)} loading={save.isPending} disabled={!isChanged}>
            Save draft
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
