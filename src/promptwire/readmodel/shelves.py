"""Bounded memory whose contents are dropped as soon as a change makes them doubtful."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)

OVERHEAD = 600
"""Bytes that anything kept takes besides what it holds, about."""


class Kept:
    """Something in memory, and the topics whose changes make it doubtful."""

    __slots__ = ("fresh", "size", "topics", "used")

    def __init__(self, topics: Collection[str], size: int = OVERHEAD) -> None:
        self.topics = frozenset(topics)
        self.size = size
        """Bytes, about."""
        self.fresh = False
        """Whether it may be believed: only what is on a shelf may, whoever else holds it."""
        self.used = False
        """Whether anybody asked for it since it was last looked at for removal."""


KeptT = TypeVar("KeptT", bound=Kept)


class Topics:
    """Which kept things each topic makes doubtful; shared by the shelves of one memory."""

    def __init__(self) -> None:
        self._kept: defaultdict[str, set[Kept]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, kept: Kept) -> None:
        """Follow the topics of something, and let it be believed until one of them is touched."""
        kept.fresh = True
        for topic in kept.topics:
            self._kept[topic].add(kept)

    def discard(self, kept: Kept) -> None:
        """Follow them no longer, and let nobody believe it any more."""
        kept.fresh = False
        for topic in kept.topics:
            followers = self._kept.get(topic)
            if followers is not None:
                followers.discard(kept)
                if not followers:
                    del self._kept[topic]

    def touch(self, touched: Collection[str]) -> None:
        """Let nobody believe what depends on these topics; its shelf notices when it is asked for it."""
        for topic in touched:
            for kept in tuple(self._kept.get(topic, ())):
                self.discard(kept)


class Shelf(Generic[KeyT, KeptT]):
    """Things of one kind by their key, bounded in number and bytes; what nobody asked for goes first."""

    def __init__(self, topics: Topics, *, entries: int, size: int) -> None:
        self._topics = topics
        self._entries = entries
        self._size = size
        self._kept: OrderedDict[KeyT, KeptT] = OrderedDict()
        self.size = 0
        """Bytes held now, about."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: KeyT) -> KeptT | None:
        """Give what is kept under a key, if it may be believed."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if not kept.fresh:
            self._remove(key)
            return None
        kept.used = True
        return kept

    def put(self, key: KeyT, kept: KeptT) -> None:
        """Keep something, and make room for it; not what is larger than the whole shelf."""
        self.drop(key)
        if kept.size > self._size:
            return
        self._kept[key] = kept
        self.size += kept.size
        self._topics.add(kept)
        self._make_room()

    def grow(self, kept: KeptT, size: int) -> None:
        """Note that something kept here holds so many bytes more."""
        kept.size += size
        self.size += size
        self._make_room()

    def all(self) -> tuple[KeptT, ...]:
        """Give everything that is kept."""
        return tuple(self._kept.values())

    def drop(self, key: KeyT) -> None:
        """Keep something no longer, if it is kept."""
        if key in self._kept:
            self._remove(key)

    def clear(self) -> None:
        """Drop everything."""
        for key in tuple(self._kept):
            self._remove(key)

    def _make_room(self) -> None:
        """Drop until all of it fits; what was used since the last look gets another turn."""
        while len(self._kept) > self._entries or self.size > self._size:
            key, kept = next(iter(self._kept.items()))
            if kept.used and kept.fresh:
                kept.used = False
                self._kept.move_to_end(key)
            else:
                self._remove(key)

    def _remove(self, key: KeyT) -> None:
        kept = self._kept.pop(key)
        self.size -= kept.size
        self._topics.discard(kept)
