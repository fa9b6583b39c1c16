"""All streams of a process: opened, told what changed of what they see, and ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from promptwire.domain.changes import Entry
from promptwire.domain.errors import DomainError, Unavailable
from promptwire.ports.feed import Feed
from promptwire.readmodel.delivery import cursors, events
from promptwire.readmodel.delivery.audience import Audience
from promptwire.readmodel.delivery.cursors import tag
from promptwire.readmodel.delivery.events import HEARTBEAT_S, Written
from promptwire.readmodel.delivery.journal import Journal, is_seen
from promptwire.readmodel.delivery.sights import Sight, Viewer
from promptwire.readmodel.delivery.stream import Stream, rights_in
from promptwire.readmodel.delivery.touches import Touch

_AT_ONCE = 200
"""Streams that are told something before others get a turn on the event loop."""
_ASK_AGAIN = 1.0
"""Seconds after which a credential is looked at again that could not be."""
log = logging.getLogger("promptwire.delivery")

Recognize = Callable[[str], Awaitable[tuple[Viewer, datetime | None]]]
"""Gives who an `Authorization` header is of now, and until when; raises a DomainError where it is of nobody."""


class Streams:
    """Tells everybody who listens what changed of what they see. Lives on the event loop's thread."""

    def __init__(self, feed: Feed, journal: Journal) -> None:
        self.audience = Audience()
        self._feed = feed
        self._journal = journal
        self._touched: list[tuple[str, Touch]] = []
        self._doubtful: set[str] = set()
        self._nudge = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, recognize: Recognize) -> None:
        """Begin to tell."""
        works = (self._tell_always(recognize), self._beat_always())
        self._tasks = [asyncio.create_task(work) for work in works]

    def stop(self) -> None:
        """End every stream, for the server stops."""
        for stream in self.audience.all():
            stream.end("shutdown")

    async def close(self) -> None:
        """Tell nobody any more."""
        self.stop()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def open(self, viewer: Viewer, authorization: str, *, until: datetime | None, after: str) -> Stream:
        """Begin a stream, behind an event of another one or a sync's cursor as far as that is remembered.

        Raises:
            Unavailable: When the store cannot be read.
        """
        sight = viewer.sight
        await self._journal.follow(sight.scopes)
        since, touches = await self._since(sight, after)
        stream = Stream(viewer, authorization, until)
        stream.put(events.hello(self._id(sight, since), resumed=touches is not None))
        self.audience.add(stream)
        if touches:
            await self._catch_up(stream, touches, self._feed.position.seq)
        return stream

    async def _since(self, sight: Sight, after: str) -> tuple[int, Sequence[Touch] | None]:
        """Give where a stream begins, and what has changed since; None where that is not remembered."""
        cursor = cursors.read(after, self._feed.position.epoch)
        if cursor and cursor.sight == tag(sight.name) and await self._journal.reach(cursor.seq):
            touches = self._journal.since(sight.scopes, cursor.seq)
            if touches is not None:
                return cursor.seq, touches
        return self._feed.position.seq, None

    async def _catch_up(self, stream: Stream, touches: Sequence[Touch], seq: int) -> None:
        sight = stream.viewer.sight
        try:
            places = await self._journal.places({touch.prompt_id for touch in touches if touch.prompt_id})
        except BaseException:
            self.drop(stream)
            raise
        seen = [touch for touch in touches if is_seen(sight, touch, places)]
        if seen:
            stream.put(events.changed(self._id(sight, seq), seen, places))

    def drop(self, stream: Stream) -> None:
        """Forget a stream that nobody reads any more."""
        stream.end(None)
        self.audience.remove(stream)

    def changed(self, entries: Sequence[Entry], touched: Sequence[tuple[str, Touch]]) -> None:
        """Take in what was committed, and what of it concerns scopes that are listened to."""
        if self.audience.sights:
            self._touched += touched
            for entry in entries:
                self._doubtful |= rights_in(entry)
            if self._touched or self._doubtful:
                self._nudge.set()

    def lost(self) -> None:
        """Tell everybody that anything may have changed, and look again who they are."""
        self._touched.clear()
        for stream in self.audience.all():
            self._reset(stream)
            self._doubtful |= stream.identities
        self._nudge.set()

    async def _tell_always(self, recognize: Recognize) -> None:
        while True:
            await self._nudge.wait()
            self._nudge.clear()
            touched, self._touched = self._touched, []
            doubtful, self._doubtful = self._doubtful, set()
            try:
                if doubtful:
                    doubted = [one for one in self.audience.all() if not one.identities.isdisjoint(doubtful)]
                    await self._check(doubted, recognize)
                if touched:
                    await self._tell(touched)
            except Exception:
                log.exception("what changed could not be told; who may be concerned is asked to sync")
                for sight in self.audience.seeing(scope for scope, _ in touched):
                    for stream in self.audience.of(sight):
                        self._reset(stream)

    async def _tell(self, touched: Sequence[tuple[str, Touch]]) -> None:
        places = await self._journal.places({touch.prompt_id for _, touch in touched if touch.prompt_id})
        seq = max(touch.seq for _, touch in touched)
        for sight in self.audience.seeing(scope for scope, _ in touched):
            seen = [one for scope, one in touched if scope in sight.scopes and is_seen(sight, one, places)]
            if seen:
                await _put_all(self.audience.of(sight), events.changed(self._id(sight, seq), seen, places))

    async def _check(self, streams: Iterable[Stream], recognize: Recognize) -> None:
        """Look again who has the credentials of some streams, and what they see."""
        for stream in streams:
            try:
                viewer, stream.until = await recognize(stream.authorization)
            except Unavailable:
                self._doubtful |= stream.identities
                asyncio.get_running_loop().call_later(_ASK_AGAIN, self._nudge.set)
            except DomainError:
                stream.end("unauthorized")
            else:
                if viewer.sight != stream.viewer.sight:
                    self.audience.remove(stream)
                    stream.viewer = viewer
                    self.audience.add(stream)
                    self._reset(stream)

    def _reset(self, stream: Stream) -> None:
        stream.put(events.reset(self._id(stream.viewer.sight, self._feed.position.seq)))

    async def _beat_always(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn = (turn + 1) % HEARTBEAT_S
            now = datetime.now(UTC)
            for at, stream in enumerate(self.audience.all(), 1):
                if stream.until is not None and stream.until <= now:
                    stream.end("unauthorized")
                elif stream.is_stuck:
                    stream.give_up()
                elif stream.turn % HEARTBEAT_S == turn:
                    stream.beat()
                if at % _AT_ONCE == 0:
                    await asyncio.sleep(0)

    def _id(self, sight: Sight, seq: int) -> str:
        return events.event_id(sight, seq, self._feed.position.epoch)


async def _put_all(streams: Iterable[Stream], written: Written) -> None:
    for at, stream in enumerate(streams, 1):
        stream.put(written)
        if at % _AT_ONCE == 0:
            await asyncio.sleep(0)
