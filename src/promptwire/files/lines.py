"""Merging lists three ways: lines of a text, messages of a chat, tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promptwire.domain.diffs import MAX_STEPS, BoundedMatcher, TooCostly

MAX_LINES = 100_000
"""Of two texts together; beyond, everything that differs is one conflict."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of the merged list: agreed on, or with both sides of a conflict."""

    merged: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class _Sync:
    """A stretch of the base that both sides have kept."""

    base: int
    here: int
    there: int
    length: int


def merge(base: Sequence[str], here: Sequence[str], there: Sequence[str]) -> list[Chunk]:
    """Merge two sides that began as one list.

    What one side changed is taken from it. Where both changed, or where their changes touch, it is a conflict, unless
    they changed it alike. Nothing is guessed.
    """
    return list(_joined(_chunks(base, here, there)))


def compare(here: Sequence[str], there: Sequence[str]) -> list[Chunk]:
    """Put two sides beside each other of which nobody knows how they began: all that differs is a conflict."""
    return list(_joined(_two_ways(here, there)))


def _chunks(base: Sequence[str], here: Sequence[str], there: Sequence[str]) -> Iterator[Chunk]:
    at, at_here, at_there = 0, 0, 0
    for sync in _syncs(base, here, there):
        yield _decided(base[at : sync.base], here[at_here : sync.here], there[at_there : sync.there])
        yield Chunk(tuple(base[sync.base : sync.base + sync.length]))
        at, at_here, at_there = (place + sync.length for place in (sync.base, sync.here, sync.there))


def _decided(base: Sequence[str], here: Sequence[str], there: Sequence[str]) -> Chunk:
    if list(here) == list(there) or list(there) == list(base):
        return Chunk(tuple(here))
    if list(here) == list(base):
        return Chunk(tuple(there))
    return Chunk(here=tuple(here), there=tuple(there), base=tuple(base), is_conflict=True)


def _syncs(base: Sequence[str], here: Sequence[str], there: Sequence[str]) -> Iterator[_Sync]:
    """Give the stretches that all three have, in their order, and at last the end."""
    kept, kept_there = _matches(base, here), _matches(base, there)
    one, other = 0, 0
    while one < len(kept) and other < len(kept_there):
        (start, in_here, length), (start_there, in_there, length_there) = kept[one], kept_there[other]
        begin, end = max(start, start_there), min(start + length, start_there + length_there)
        if begin < end:
            yield _Sync(begin, in_here + begin - start, in_there + begin - start_there, end - begin)
        if start + length < start_there + length_there:
            one += 1
        else:
            other += 1
    yield _Sync(len(base), len(here), len(there), 0)


def _matches(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    if len(before) + len(after) > MAX_LINES:
        return []
    try:
        return [(one.a, one.b, one.size) for one in BoundedMatcher(before, after, MAX_STEPS).get_matching_blocks()]
    except TooCostly:
        return []


def _two_ways(here: Sequence[str], there: Sequence[str]) -> Iterator[Chunk]:
    at, at_there = 0, 0
    for start, start_there, length in [*_matches(here, there), (len(here), len(there), 0)]:
        ours, theirs = tuple(here[at:start]), tuple(there[at_there:start_there])
        yield Chunk(ours) if ours == theirs else Chunk(here=ours, there=theirs, is_conflict=True)
        yield Chunk(tuple(here[start : start + length]))
        at, at_there = start + length, start_there + length


def _joined(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Leave out what is empty, and put together what was agreed on."""
    agreed: list[str] = []
    for chunk in chunks:
        if chunk.is_conflict:
            if agreed:
                yield Chunk(tuple(agreed))
                agreed = []
            yield chunk
        else:
            agreed += chunk.merged
    if agreed:
        yield Chunk(tuple(agreed))
