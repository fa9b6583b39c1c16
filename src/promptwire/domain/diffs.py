"""The difference of two texts, as a unified diff: that of Python's `difflib`, within a bound on its cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate

CONTEXT = 3
"""Lines around a change (contracts/px0.md 1.4)."""
MAX_LINES = 100_000
"""Of both texts together; beyond, indexing them would take longer than comparing."""
MAX_STEPS = 1_000_000
"""Comparisons of a line with lines like it: a fifth of a second."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts, and what the head of the diff calls it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Diff:
    """A unified diff; empty where the texts are equal."""

    text: str
    coarse: bool
    """Whether everything from the first change to the last stands as one, because finding more would take too long."""


class TooCostly(Exception):
    """The matcher would need more steps than it may take."""


class BoundedMatcher(SequenceMatcher[str]):
    """The matcher of `difflib`, which takes quadratic time and more for some texts, with a bound."""

    b2j: dict[str, list[int]]

    def __init__(self, before: Sequence[str], after: Sequence[str], steps: int) -> None:
        super().__init__(None, before, after)
        self._cost_to = [0, *accumulate(1 + len(self.b2j.get(line, ())) for line in before)]
        self._left = steps

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Count the steps before they are taken."""
        self._left -= self._cost_to[-1 if ahi is None else ahi] - self._cost_to[alo]
        if self._left < 0:
            raise TooCostly
        return super().find_longest_match(alo, ahi, blo, bhi)


def diff(before: Side, after: Side, *, steps: int | None = None) -> Diff:
    """Compare two texts line by line, in so many steps at most, `MAX_STEPS` where none are given.

    A line ends after each line feed, and the last one gets another (contracts/px0.md 1.4), so a text that ends in a
    line feed shows an empty last line.
    """
    if before.text == after.text:
        return Diff("", coarse=False)
    head = f"--- {before.name}\n+++ {after.name}\n"
    old, new = f"{before.text}\n", f"{after.text}\n"
    try:
        return Diff(head + "".join(_hunks(old, new, MAX_STEPS if steps is None else steps)), coarse=False)
    except TooCostly:
        return Diff(head + _one_hunk(old, new), coarse=True)


def _hunks(old: str, new: str, steps: int) -> Iterator[str]:
    if old.count("\n") + new.count("\n") > MAX_LINES:
        raise TooCostly
    before, after = _lines(old), _lines(new)
    for group in BoundedMatcher(before, after, steps).get_grouped_opcodes(CONTEXT):
        _, i1, _, j1, _ = group[0]
        _, _, i2, _, j2 = group[-1]
        yield _hunk_head((i1, i2), (j1, j2))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[i1:i2])
            else:
                yield from (f"-{line}" for line in before[i1:i2])
                yield from (f"+{line}" for line in after[j1:j2])


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text[:-1].split("\n")]


def _hunk_head(old: tuple[int, int], new: tuple[int, int]) -> str:
    return f"@@ -{_range(*old)} +{_range(*new)} @@\n"


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return f"{start + 1}"
    return f"{start + 1 if length else start},{length}"


def _one_hunk(old: str, new: str) -> str:
    """Put all from the first change to the last into one hunk, in linear time and without a list of lines."""
    start = _common_start(old, new)
    tail = _common_end(old, new, start)
    begin, end = _lines_back(old, start), _lines_on(old, len(old) - tail)
    first = old.count("\n", 0, begin)
    ranges = [(first, first + text.count("\n", begin, end + len(text) - len(old))) for text in (old, new)]
    parts = [
        (" ", old[begin:start]),
        ("-", old[start : len(old) - tail]),
        ("+", new[start : len(new) - tail]),
        (" ", old[len(old) - tail : end]),
    ]
    return _hunk_head(*ranges) + "".join(_marked(mark, text) for mark, text in parts)


def _marked(mark: str, text: str) -> str:
    return mark + text[:-1].replace("\n", f"\n{mark}") + "\n" if text else ""


def _common_start(old: str, new: str) -> int:
    """Give the length of the lines that both texts begin with."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return old.rfind("\n", 0, low) + 1


def _common_end(old: str, new: str, start: int) -> int:
    """Give the length of the lines that both texts end with, behind what they begin with."""
    low, high = 0, min(len(old), len(new)) - start
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    if all(len(text) == low or text[-low - 1] == "\n" for text in (old, new)):
        return low
    return len(old) - old.index("\n", len(old) - low) - 1


def _lines_back(text: str, at: int) -> int:
    for _ in range(CONTEXT):
        at = text.rfind("\n", 0, max(at - 1, 0)) + 1
    return at


def _lines_on(text: str, at: int) -> int:
    for _ in range(CONTEXT):
        at = text.find("\n", at) + 1 or len(text)
    return at
