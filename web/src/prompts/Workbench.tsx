import { useState } from "react";
import { usePromptPermissions, whyNot } from "../permissions/permissions";
import { DraftEditor } from "./DraftEditor";
import { contentOf } from "./draft";
import { Preview } from "./Preview";
import { usePreview } from "./previewing";
import type { Prompt } from "./prompts";
import { useDraft } from "./useDraft";
import type { Version } from "./versions";

/** A version and what it will say, side by side as it is written. */
export function Workbench({ prompt, version, here }: { prompt: Prompt; version: Version; here: string }) {
  const permissions = usePromptPermissions(prompt.id);
  const refused = whyNot(permissions.data, "update_versions");
  const writing = useDraft(prompt, version);
  const [variables, setVariables] = useState("{}");
  const { content, unreadable } = contentOf(writing.draft);
  const preview = usePreview(prompt.team_id, unreadable.length ? null : content, variables);
  return (
    <div className="beside">
      <DraftEditor
        prompt={prompt}
        version={version}
        writing={writing}
        unreadable={unreadable}
        preview={preview}
        refused={refused}
        here={here}
      />
      <Preview
        prompt={prompt}
        content={content}
        schema={content.input_schema ?? preview.known.inferred_schema ?? {}}
        preview={preview}
        variables={variables}
        setVariables={setVariables}
      />
    </div>
  );
}
