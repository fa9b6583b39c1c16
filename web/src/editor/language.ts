/** Go templates for CodeMirror: what stands out, and what can be completed. */
import { type CompletionContext, type CompletionResult, snippetCompletion } from "@codemirror/autocomplete";
import { LanguageSupport, StreamLanguage, type StringStream } from "@codemirror/language";

const KEYWORDS = new Set([
  "if",
  "else",
  "end",
  "range",
  "with",
  "define",
  "template",
  "block",
  "break",
  "continue",
]);

/** Go's own functions, with what each is for. */
export const FUNCTIONS: Record<string, string> = {
  and: "the first argument that is empty, else the last",
  or: "the first argument that is not empty, else the last",
  not: "whether its argument is empty",
  eq: "whether the first argument equals any other",
  ne: "whether two values differ",
  lt: "less than",
  le: "less than or equal",
  gt: "greater than",
  ge: "greater than or equal",
  len: "how many elements or bytes",
  index: "an element of a list or a mapping",
  slice: "a part of a list or a text",
  print: "values as text",
  printf: "values in a format, such as %05.2f",
  println: "values as text, with a line feed",
  html: "escaped for HTML",
  js: "escaped for JavaScript",
  urlquery: "escaped for the query of a URL",
};

interface State {
  inside: boolean;
  comment: boolean;
}

const goTemplate = StreamLanguage.define<State>({
  name: "go-template",
  startState: () => ({ inside: false, comment: false }),
  copyState: (state) => ({ ...state }),
  token: (stream, state) => (state.inside ? action(stream, state) : text(stream, state)),
  languageData: { closeBrackets: { brackets: ["(", "{", '"'] } },
});

function text(stream: StringStream, state: State): string | null {
  if (stream.match(/^\{\{-?/)) {
    state.inside = true;
    state.comment = stream.match(/^\s*\/\*/) !== null;
    return state.comment ? "comment" : "brace";
  }
  if (!stream.skipTo("{{")) stream.skipToEnd();
  return null;
}

function action(stream: StringStream, state: State): string | null {
  if (state.comment) return comment(stream, state);
  if (stream.match(/^(?:\s-)?\}\}/)) {
    state.inside = false;
    return "brace";
  }
  if (stream.eatSpace()) return null;
  if (
    stream.match(/^"(?:[^"\\\n]|\\.)*"?/) ||
    stream.match(/^`[^`]*`?/) ||
    stream.match(/^'(?:[^'\\]|\\.)*'?/)
  ) {
    return "string";
  }
  if (stream.match(/^[+-]?\d[\w.]*/)) return "number";
  if (stream.match(/^\$[\w]*/) || stream.match(/^(?:\.[\p{L}_][\p{L}\p{N}_]*)+/u) || stream.match(/^\./)) {
    return "variableName";
  }
  const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
  if (Array.isArray(word)) {
    const [name = ""] = word;
    if (KEYWORDS.has(name)) return "keyword";
    if (name === "true" || name === "false" || name === "nil") return "atom";
    return name in FUNCTIONS ? "function" : "invalid";
  }
  stream.next();
  return "operator";
}

function comment(stream: StringStream, state: State): string {
  if (stream.match(/^.*?\*\//)) state.comment = false;
  else stream.skipToEnd();
  return "comment";
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: CodeMirror names the fields of a snippet so
const BLOCKS = [
  snippetCompletion("if ${.condition} }}${}{{ end", { label: "if", type: "keyword", detail: "… end" }),
  snippetCompletion("range ${.list} }}${}{{ end", { label: "range", type: "keyword", detail: "… end" }),
  snippetCompletion("with ${.value} }}${}{{ end", { label: "with", type: "keyword", detail: "… end" }),
  { label: "else", type: "keyword" },
  { label: "end", type: "keyword" },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the snippets end here

/** Completes variables that the prompt is known to have, and functions, inside `{{ }}` only. */
export function completions(variables: () => readonly string[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 2000), context.pos);
    if (before.lastIndexOf("{{") <= before.lastIndexOf("}}")) return null;
    const word = context.matchBefore(/\.?[\p{L}\p{N}_.]*$/u);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const named = variables().map((name) => ({ label: `.${name}`, type: "variable" }));
    const functions = Object.entries(FUNCTIONS).map(([label, detail]) => ({
      label,
      detail,
      type: "function",
    }));
    return {
      from: word.from,
      options: word.text.startsWith(".") ? named : [...named, ...functions, ...BLOCKS],
      validFor: /^\.?[\p{L}\p{N}_.]*$/u,
    };
  };
}

export function goTemplates(): LanguageSupport {
  return new LanguageSupport(goTemplate);
}
