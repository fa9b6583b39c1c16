import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";
import { contentOf, type Draft, draftOf, isSame } from "./draft";
import { drop, keep, kept } from "./kept";
import type { Prompt } from "./prompts";
import { Conflict, readVersion, useSaveDraft, type Version } from "./versions";

/** A version while it is written: what it says now, whether that is saved, and how to save it. */
export function useDraft(prompt: Prompt, version: Version) {
  const before = useRef(kept(version));
  const [draft, setDraft] = useState(() => before.current?.draft ?? draftOf(version));
  const readAs = useRef<Promise<string | null>>(Promise.resolve(before.current?.readAs ?? null));
  const [aside, setAside] = useState<Draft | null>(null);
  const save = useSaveDraft(prompt);
  const isDraft = version.status === "draft";
  const isChanged = isDraft && !isSame(draft, draftOf(version));

  useEffect(() => {
    if (!isDraft || before.current?.readAs) return;
    readAs.current = readVersion(prompt.id, version.version).then(
      (read) => read.etag,
      () => null,
    );
  }, [prompt.id, version.version, isDraft]);

  const change = async (next: Draft) => {
    setDraft(next);
    if (isSame(next, draftOf(version))) drop(version);
    else {
      keep(version, { draft: next, readAs: before.current?.readAs ?? null });
      const tag = await readAs.current;
      if (kept(version)) keep(version, { draft: next, readAs: tag });
    }
  };
  const write = async (over: Promise<string | null>) => {
    const { content, unreadable } = contentOf(draft);
    if (unreadable.length) return;
    save.mutate(
      { version, draft: { ...content, message: draft.message || null }, readAs: await over },
      {
        onSuccess: (saved) => {
          readAs.current = Promise.resolve(saved.etag);
          drop(version);
          notifications.show({ message: `Version ${version.version} is saved.`, color: "green" });
        },
      },
    );
  };
  const takeTheirs = (conflict: Conflict) => {
    readAs.current = Promise.resolve(conflict.etag);
    setAside(draft);
    setDraft(draftOf(conflict.current));
    drop(version);
    save.reset();
  };
  return {
    draft,
    change,
    isDraft,
    isChanged,
    save: () => write(readAs.current),
    /** Saves over what somebody else wrote, but not over what nobody here has seen. */
    saveOver: (conflict: Conflict) => write(Promise.resolve(conflict.etag)),
    takeTheirs,
    /** What was written here before theirs was taken. */
    aside,
    takeBack: () => {
      if (aside) change(aside);
      setAside(null);
    },
    isSaving: save.isPending,
    error: save.error,
    conflict: save.error instanceof Conflict ? save.error : null,
  };
}

export type Writing = ReturnType<typeof useDraft>;
