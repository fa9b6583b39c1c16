import { Text } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { FoundRow } from "./FoundRow";
import type { Found } from "./prompts";

/** What others may do with the list. */
export interface Reached {
  /** Go to its first prompt, with the keyboard. */
  enter: () => void;
}

const NEAR = 10; // rows before the end at which more are asked for
const HEIGHT = 66; // pixels that a row has before it was measured

/** Prompts of which only those in sight are in the page, so that thousands of them are as quick as ten. */
export function FoundList({
  team,
  prompts,
  isWhole,
  onEnd,
  ref,
}: {
  team: string;
  prompts: readonly Found[];
  isWhole: boolean;
  onEnd: () => void;
  ref: Ref<Reached>;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const wanted = useRef<number | null>(null);
  const rows = useWindowVirtualizer({
    count: prompts.length,
    estimateSize: () => HEIGHT,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => prompts[index]?.id ?? index,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const here = Math.min(at, prompts.length - 1);

  useEffect(() => {
    if (!isWhole && last >= prompts.length - NEAR) onEnd();
  }, [last, isWhole, prompts.length, onEnd]);

  const arrive = () => {
    if (wanted.current === null) return;
    const link = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] a`);
    if (!link) return; // it is not in the page yet; scrolling brings it there
    wanted.current = null;
    link.focus({ preventScroll: true });
  };
  useEffect(arrive);

  const reach = (index: number) => {
    const next = Math.max(0, Math.min(index, prompts.length - 1));
    wanted.current = next;
    setAt(next);
    rows.scrollToIndex(next, { align: "auto" });
    arrive();
  };
  useImperativeHandle(ref, () => ({ enter: () => reach(0) }));
  const move = (event: KeyboardEvent) => {
    const to = STEPS[event.key]?.(here, prompts.length);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    reach(to);
  };
  return (
    <>
      <ul
        ref={list}
        className="found"
        aria-label="Prompts"
        data-count={prompts.length}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={move}
      >
        {shown.map((row) => {
          const prompt = prompts[row.index];
          if (!prompt) return null;
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={isWhole ? prompts.length : -1}
              aria-posinset={row.index + 1}
              style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
            >
              <FoundRow
                team={team}
                prompt={prompt}
                index={row.index}
                isHere={row.index === here}
                onFocus={setAt}
              />
            </li>
          );
        })}
      </ul>
      <Text size="xs" c="dimmed" role="status">
        {isWhole
          ? `${prompts.length} ${prompts.length === 1 ? "prompt" : "prompts"}`
          : `${prompts.length} prompts so far, more as you scroll`}
      </Text>
    </>
  );
}

const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at) => at + 10,
  PageUp: (at) => at - 10,
  Home: () => 0,
  End: (_, count) => count - 1,
};
