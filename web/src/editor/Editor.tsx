/** A text editor that knows Go templates; loaded when a prompt is opened. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { completions, goTemplates } from "./language";
import { look } from "./look";
import { said, saying } from "./remarks";

/** Something wrong in the text: a line, from 1, and a column, from 1, where one is known. */
export interface Mistake {
  line: number;
  column?: number;
  message: string;
}

interface Props {
  label: string;
  value: string;
  onChange?: (value: string) => void;
  onSave?: () => void;
  readOnly?: boolean;
  variables?: readonly string[];
  mistakes?: readonly Mistake[];
  hint?: string;
}

/** Inside, Tab moves on as everywhere on a page, so that nobody who uses the keyboard is caught. */
export default function Editor(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const writable = useRef(new Compartment());

  useEffect(() => {
    if (!host.current) return;
    const save = () => {
      latest.current.onSave?.();
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          highlightSelectionMatches(),
          lintGutter(),
          goTemplates(),
          autocompletion({ override: [completions(() => latest.current.variables ?? [])] }),
          placeholder(latest.current.hint ?? ""),
          look(),
          saying,
          EditorView.contentAttributes.of({ "aria-label": latest.current.label }),
          writable.current.of(editable(latest.current.readOnly)),
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: save },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    view.current?.dispatch({ effects: writable.current.reconfigure(editable(props.readOnly)) });
  }, [props.readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const mistakes = props.mistakes ?? [];
    editor.dispatch(setDiagnostics(editor.state, mistakes.map(diagnostic(editor))), said(mistakes));
  }, [props.mistakes]);

  return <div ref={host} />;
}

function editable(readOnly: boolean | undefined) {
  return [EditorState.readOnly.of(!!readOnly), EditorView.editable.of(!readOnly)];
}

function diagnostic(editor: EditorView) {
  return (mistake: Mistake): Diagnostic => {
    const line = editor.state.doc.line(Math.min(Math.max(mistake.line, 1), editor.state.doc.lines));
    const from = Math.min(line.from + Math.max((mistake.column ?? 1) - 1, 0), line.to);
    return { from, to: line.to, severity: "error", message: mistake.message };
  };
}
