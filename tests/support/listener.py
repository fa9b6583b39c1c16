"""Somebody who subscribes to the feed, and remembers what was told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from threading import get_ident
from time import monotonic

from promptwire.domain.changes import Entry
from promptwire.storage.feed import SqlFeed
from promptwire.storage.store import SqlStore


class Listener:
    """Remembers every entry it was told, and how often that everything was lost."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.lost_times = 0
        self.threads: set[int] = set()

    def changed(self, entries: Sequence[Entry]) -> None:
        """Take in entries."""
        self.threads.add(get_ident())
        self.entries += entries

    def lost(self) -> None:
        """Take in that everything was lost."""
        self.threads.add(get_ident())
        self.lost_times += 1
        self.entries.clear()

    @property
    def seqs(self) -> list[int]:
        """Give the numbers of the entries, as they came."""
        return [entry.seq for entry in self.entries]

    def has_more_than(self, count: int) -> bool:
        """Tell whether it was told more entries than so many."""
        return len(self.entries) > count


@contextlib.asynccontextmanager
async def following(store: SqlStore, every: float | None = None) -> AsyncIterator[tuple[SqlFeed, Listener]]:
    """Follow the change log of a store."""
    feed, listener = SqlFeed(store, every), Listener()
    feed.subscribe(listener)
    await feed.start()
    try:
        yield feed, listener
    finally:
        await feed.close()


async def until(holds: Callable[[], bool], seconds: float = 10) -> float:
    """Let the loop run until something holds; gives the seconds it took."""
    began = monotonic()
    while not holds():
        assert monotonic() - began < seconds, f"it did not come about within {seconds:g} s"
        await asyncio.sleep(0.001)
    return monotonic() - began
