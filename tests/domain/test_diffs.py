"""Unified diffs: `difflib`'s to the letter, and a correct coarser one beyond the bound."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from promptwire.domain import diffs
from promptwire.domain.diffs import Side, diff

TEXTS = st.one_of(
    st.text(alphabet="ab\n", max_size=40),
    st.lists(st.sampled_from(["one\n", "two\n", "\n", "é", "\r\n", "x\u2028y\n", "+\n", "--- v1\n"]), max_size=30).map(
        "".join
    ),
    st.lists(st.integers(0, 40), min_size=150, max_size=450).map(lambda numbers: "\n".join(map(str, numbers))),
)
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n")


def lines(text: str) -> list[str]:
    """Split as px0 does: after each line feed, and the last piece gets one (contracts/px0.md 1.4)."""
    return [f"{line}\n" for line in text.split("\n")]


def pythons(before: str, after: str) -> str:
    return "".join(difflib.unified_diff(lines(before), lines(after), "v1", "v2", n=3))


def applied(before: list[str], text: str) -> list[str]:
    """Apply a unified diff, and check every line and every number in it."""
    head, *found = re.split(r"(?m)^(?=@@ )", text)
    assert head == "--- v1\n+++ v2\n"
    after: list[str] = []
    at = 0
    for hunk in found:
        start, removed, to, added = _ranges(hunk)
        after += before[at:start]
        assert len(after) == to
        body = hunk.partition("\n")[2].split("\n")[:-1]
        old = [f"{line[1:]}\n" for line in body if line[0] in " -"]
        new = [f"{line[1:]}\n" for line in body if line[0] in " +"]
        assert (len(old), len(new)) == (removed, added)
        assert before[start : start + removed] == old
        after += new
        at = start + removed
    return after + before[at:]


def _ranges(hunk: str) -> Iterator[int]:
    found = HUNK.match(hunk)
    assert found, hunk
    for start, length in ((found[1], found[2]), (found[3], found[4])):
        count = 1 if length is None else int(length)
        yield int(start) - (1 if count else 0)
        yield count


@settings(deadline=None)
@given(TEXTS, TEXTS)
@example("", "")
@example("", "a")
@example("a\n", "a")
@example("a", "a\n\n")
@example("a\nb\nc\nd\ne\nf\ng\nh\ni", "A\nb\nc\nd\ne\nf\ng\nh\nI")
def test_a_diff_is_that_of_difflib(before: str, after: str) -> None:
    found = diff(Side("v1", before), Side("v2", after))
    assert found.text == pythons(before, after)
    assert not found.coarse


@settings(deadline=None)
@given(TEXTS, TEXTS)
@example("same\n" * 10, "same\n" * 9)
@example("\n", "\n\n")
@example("a\n\n", "a\n")
@example("ba\na", "a\na")
def test_a_coarse_diff_says_the_same_less_finely(before: str, after: str) -> None:
    if before == after:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diffs, "MAX_LINES", 0)
        found = diff(Side("v1", before), Side("v2", after))
    assert found.coarse
    assert applied(lines(before), found.text) == lines(after)
    assert applied(lines(before), pythons(before, after)) == lines(after)
    assert found.text.count("\n@@ ") == 1


def test_px0s_own_example() -> None:
    found = diff(Side("v1", "Hello {{ .name }}"), Side("v2", "Hello {{ .name }}!\nWelcome to px0."))
    assert found.text == ("--- v1\n+++ v2\n@@ -1 +1,2 @@\n-Hello {{ .name }}\n+Hello {{ .name }}!\n+Welcome to px0.\n")


def test_the_matcher_stops_at_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = "\n".join("abc" * 50), "\n".join("cab" * 50)
    assert not diff(Side("v1", before), Side("v2", after)).coarse
    monkeypatch.setattr(diffs, "MAX_STEPS", 1000)
    found = diff(Side("v1", before), Side("v2", after))
    assert found.coarse
    assert applied(lines(before), found.text) == lines(after)


MIB4 = 4 * 1024 * 1024
COSTLY = {
    "few words, many lines": "".join(f"{at * 7919 % 150}\n" for at in range(600_000)),
    "few words, lines within the limit": "".join(f"{at * 7919 % 150}\n" for at in range(49_000)),
    "line feeds": "\n" * MIB4,
    "one line": "x" * MIB4,
}


@pytest.mark.parametrize("before", COSTLY.values(), ids=COSTLY)
def test_the_largest_texts_are_compared_in_bounded_time(before: str) -> None:
    """Without the bound, some of these take hours."""
    began = time.process_time()
    found = diff(Side("v1", before), Side("v2", before[::-1] + "!"))
    assert time.process_time() - began < 5
    assert len(found.text) <= 6 * len(before) + 1000
