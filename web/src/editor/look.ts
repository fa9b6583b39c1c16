/** How an editor looks: the colours of the page, in the light and in the dark. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.brace, color: "light-dark(#364fc7, #91a7ff)", fontWeight: "600" },
  { tag: tags.variableName, color: "light-dark(#087f5b, #63e6be)" },
  { tag: tags.keyword, color: "light-dark(#5f3dc4, #b197fc)" },
  { tag: tags.function(tags.variableName), color: "light-dark(#1864ab, #74c0fc)" },
  { tag: [tags.string, tags.number, tags.atom], color: "light-dark(#a33b00, #ffc078)" },
  { tag: tags.comment, color: "var(--mantine-color-dimmed)", fontStyle: "italic" },
  { tag: tags.invalid, textDecoration: "underline wavy light-dark(#c92a2a, #ff8787)" },
]);

const theme = EditorView.theme({
  "&": {
    border: "1px solid var(--mantine-color-default-border)",
    borderRadius: "var(--mantine-radius-default)",
    fontSize: "14px",
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
  },
  "&.cm-focused": { outline: "2px solid var(--mantine-primary-color-filled)", outlineOffset: "-1px" },
  ".cm-content": { fontFamily: "var(--mantine-font-family-monospace)", minHeight: "120px" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: "var(--mantine-color-dimmed)",
    border: "none",
  },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-remark": {
    padding: "0 6px 2px",
    fontSize: "12px",
    color: "light-dark(#c92a2a, #ffa8a8)",
    whiteSpace: "pre-wrap",
  },
  ".cm-scroller": { maxHeight: "60vh", overflow: "auto" },
});

/** The look of an editor on this page, whose policy lets no style in that does not know its nonce. */
export function look(): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return [EditorView.cspNonce.of(nonce), EditorView.lineWrapping, syntaxHighlighting(colours), theme];
}
