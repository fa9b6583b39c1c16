import { Stack } from "@mantine/core";
import { useState } from "react";
import { DraftEditor } from "./DraftEditor";
import { contentOf } from "./draft";
import { Preview } from "./Preview";
import { usePreview } from "./preview";
import type { Prompt } from "./prompts";
import { useDraft } from "./useDraft";
import type { Version } from "./versions";

/** A version and what it will say, side by side as it is written. */
export function Workbench({ prompt, version }: { prompt: Prompt; version: Version }) {
  const writing = useDraft(prompt, version);
  const [variables, setVariables] = useState("{}");
  const { content, unreadable } = contentOf(writing.draft);
  const preview = usePreview(prompt.team_id, unreadable.length ? null : content, variables);
  return (
    <Stack gap="xl">
      <DraftEditor version={version} writing={writing} unreadable={unreadable} preview={preview} />
      <Preview
        prompt={prompt}
        schema={content.input_schema ?? preview.known.inferred_schema ?? {}}
        preview={preview}
        variables={variables}
        setVariables={setVariables}
      />
    </Stack>
  );
}
