/** What is wrong, in words under its line. */
import { StateEffect, StateField, type Transaction } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { Mistake } from "./Editor";

const put = StateEffect.define<readonly Mistake[]>();

class Remark extends WidgetType {
  constructor(readonly words: string) {
    super();
  }

  override eq(other: Remark): boolean {
    return other.words === this.words;
  }

  override toDOM(): HTMLElement {
    const line = document.createElement("div");
    line.className = "cm-remark";
    line.textContent = this.words;
    return line;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** The remarks of an editor; they stay with their lines while somebody writes. */
export const saying = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, change) => {
    const effect = change.effects.find((one) => one.is(put));
    return effect ? under(change, effect.value) : shown.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Says what is wrong now. */
export function said(mistakes: readonly Mistake[]) {
  return { effects: put.of(mistakes) };
}

function under(change: Transaction, mistakes: readonly Mistake[]): DecorationSet {
  const text = change.state.doc;
  const remarks = mistakes.map(({ line, message }) => {
    const at = text.line(Math.min(Math.max(line, 1), text.lines)).to;
    return Decoration.widget({ widget: new Remark(message), block: true, side: 1 }).range(at);
  });
  return Decoration.set(remarks, true);
}
