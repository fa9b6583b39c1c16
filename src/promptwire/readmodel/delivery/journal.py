"""The journal: what changed lately in the scopes that somebody follows, from memory."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from promptwire.domain.changes import Entry, Query
from promptwire.ports.delivery import Place
from promptwire.ports.feed import Feed
from promptwire.ports.storage import Store
from promptwire.readmodel.delivery.sights import Sight
from promptwire.readmodel.delivery.touches import MOVES, Touch, touch_of

_KEPT = 2_000
"""Touches that are remembered of a scope; who was away for longer gets everything anew."""
_SCOPES = 1_000
_PLACES = 50_000


class _Scope:
    """What changed lately in one scope: all of it behind `since`."""

    def __init__(self, since: int, touches: list[Touch]) -> None:
        self.since = since
        self._touches = touches
        self._seqs = [touch.seq for touch in touches]

    def add(self, touch: Touch) -> None:
        if self._seqs and touch.seq <= self._seqs[-1]:
            return  # it was in what was read from the store
        self._touches.append(touch)
        self._seqs.append(touch.seq)
        if len(self._touches) > 2 * _KEPT:
            self.since = self._seqs[-_KEPT - 1]
            del self._touches[:-_KEPT], self._seqs[:-_KEPT]

    def after(self, seq: int) -> Sequence[Touch] | None:
        if self._seqs and self._seqs[-1] <= seq:
            return ()
        return self._touches[bisect_right(self._seqs, seq) :] if seq >= self.since else None

    @property
    def last(self) -> int:
        return self._seqs[-1] if self._seqs else self.since


class Journal:
    """Touches by scope, read from the store when a scope is first followed, and kept by the feed from then on.

    Lives on the event loop's thread.
    """

    def __init__(self, store: Store, feed: Feed) -> None:
        self._store = store
        self._feed = feed
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()
        self._loading: dict[str, tuple[asyncio.Task[None], list[Touch]]] = {}
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._moves = 0
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def changed(self, entries: Sequence[Entry], listened: Container[str]) -> Sequence[tuple[str, Touch]]:
        """Take in what was committed; gives what concerns a scope that is listened to."""
        touched: list[tuple[str, Touch]] = []
        for entry in entries:
            if entry.change.action in MOVES:
                self._places.pop(entry.change.object_id, None)
                self._moves += 1
            scope = str(entry.change.scope)
            if scope not in self._scopes and scope not in self._loading and scope not in listened:
                continue
            touch = touch_of(entry)
            if touch is None:
                continue
            if scope in self._scopes:
                self._scopes[scope].add(touch)
            elif scope in self._loading:
                self._loading[scope][1].append(touch)
            if scope in listened:
                touched.append((scope, touch))
        return touched

    def lost(self) -> None:
        """Forget everything."""
        self._scopes.clear()
        self._loading.clear()
        self._places.clear()
        self._seen.clear()
        self._moves += 1

    async def follow(self, scopes: Iterable[str]) -> None:
        """Have what changed lately in these scopes in memory."""
        for scope in scopes:
            if scope in self._scopes:
                self._scopes.move_to_end(scope)
                continue
            if scope not in self._loading:
                met: list[Touch] = []
                self._loading[scope] = (asyncio.create_task(self._load(scope, met)), met)
            await asyncio.shield(self._loading[scope][0])

    async def _load(self, scope: str, met: list[Touch]) -> None:
        try:
            entries = await self._store.read(lambda tx: tx.changes.of_scope(scope, Query(limit=_KEPT)))
        except BaseException:
            self._loading.pop(scope, None)
            raise
        mine = self._loading.pop(scope, None)
        if mine is None or mine[1] is not met:
            return  # everything was lost meanwhile
        loaded = _Scope(
            entries[-1].seq if len(entries) == _KEPT else 0,
            [touch for entry in reversed(entries) if (touch := touch_of(entry))],
        )
        for touch in met:
            loaded.add(touch)
        self._scopes[scope] = loaded
        if len(self._scopes) > _SCOPES:
            self._scopes.popitem(last=False)

    def since(self, scopes: Iterable[str], seq: int) -> Sequence[Touch] | None:
        """List what changed behind an entry of the log, in its order; None where that is not remembered."""
        touches: list[Touch] = []
        for scope in scopes:
            known = self._scopes.get(scope)
            after = known.after(seq) if known else None
            if after is None:
                return None
            touches += after
        return sorted(touches, key=lambda touch: touch.seq)

    async def last_seen(self, sight: Sight) -> int:
        """Give a place in the log behind which nothing that is seen has changed; the same while nothing does."""
        newest = max((known.last for known in self._known(sight)), default=0)
        if sight.team_ids is None:
            return newest
        memo = self._seen.get(sight.name)
        if memo is None or memo[0] != newest:
            memo = self._seen[sight.name] = (newest, await self._find_last(sight))
            if len(self._seen) > _SCOPES:
                self._seen.popitem(last=False)
        return memo[1]

    async def _find_last(self, sight: Sight) -> int:
        oldest = max((known.since for known in self._known(sight)), default=0)
        touches = self.since(sight.scopes, oldest) or ()
        places = await self.places({touch.prompt_id for touch in touches if touch.prompt_id})
        return next((touch.seq for touch in reversed(touches) if is_seen(sight, touch, places)), oldest)

    def _known(self, sight: Sight) -> Sequence[_Scope]:
        return [self._scopes[scope] for scope in sight.scopes if scope in self._scopes]

    async def reach(self, seq: int) -> bool:
        """Tell whether the log has come so far, here or, a moment ago, in another process."""
        return seq <= self._feed.position.seq or seq <= await self._feed.catch_up()

    async def places(self, prompt_ids: Collection[str]) -> Mapping[str, Place]:
        """Give where prompts are, from memory as far as it is known; without those that are nowhere any more."""
        unknown = [prompt_id for prompt_id in prompt_ids if prompt_id not in self._places]
        found = {prompt_id: self._places[prompt_id] for prompt_id in prompt_ids if prompt_id in self._places}
        if unknown:
            moves = self._moves
            read = await self._store.read(lambda tx: tx.delivery.places(unknown))
            found |= {place.prompt_id: place for place in read}
            if moves == self._moves:
                self._remember(read)
        return found

    def _remember(self, places: Iterable[Place]) -> None:
        for place in places:
            self._places[place.prompt_id] = place
        while len(self._places) > _PLACES:
            self._places.popitem(last=False)


def is_seen(sight: Sight, touch: Touch, places: Mapping[str, Place]) -> bool:
    """Tell whether a change in one of the scopes of a sight is about something that is seen, or was until now."""
    if sight.team_ids is None or touch.prompt_id is None:
        return True
    place = places.get(touch.prompt_id)
    return bool(sight.team_ids & touch.team_ids) or (place is not None and place.team_id in sight.team_ids)
