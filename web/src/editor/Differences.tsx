/** Two texts and what differs, side by side or in one; loaded when somebody compares. */
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { goTemplates } from "./language";
import { look } from "./look";

interface Props {
  before: string;
  after: string;
  view: "side" | "unified";
  /** What each text is, for those who hear it read. */
  names: readonly [string, string];
  /** Whether the texts are templates. */
  isTemplate?: boolean;
}

const FOLDED = { margin: 3, minSize: 8 }; // lines that are the same, around what is not

export default function Differences({ before, after, view, names, isTemplate = true }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [from, to] = names;
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const read = (label: string): Extension => [
      look(),
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({
        "aria-label": label,
        tabindex: "0",
        role: "textbox",
        "aria-readonly": "true",
      }),
      isTemplate ? goTemplates() : [],
    ];
    if (view === "side") {
      const sides = new MergeView({
        parent,
        a: { doc: before, extensions: read(from) },
        b: { doc: after, extensions: read(to) },
        collapseUnchanged: FOLDED,
      });
      return () => sides.destroy();
    }
    const merged = unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: FOLDED });
    const one = new EditorView({ parent, doc: after, extensions: [read(`${from} and ${to}`), merged] });
    return () => one.destroy();
  }, [before, after, view, from, to, isTemplate]);
  return <div ref={host} className="differences" data-testid="differences" data-view={view} />;
}
