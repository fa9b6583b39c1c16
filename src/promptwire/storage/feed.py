"""The feed of a server process: the change log as it grows, in order and without a gap (DESIGN section 5)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock, Thread
from time import monotonic

from promptwire.domain.changes import Entry
from promptwire.ports.feed import Position, Subscriber
from promptwire.storage.changes import Changes
from promptwire.storage.store import SqlStore
from promptwire.storage.watch import Bell, open_watch

_TOO_MANY = 20_000
"""Entries behind which nobody wants to read one by one: what is kept in memory is made anew sooner."""
_TRY_AGAIN = 0.25  # seconds
log = logging.getLogger("promptwire.storage")


class SqlFeed:
    """Tells subscribers what was committed: by this process at once, by others as soon as it is noticed.

    A thread waits for signs that the log has grown. Whoever finds entries, that thread or one that has committed,
    passes them on to the event loop in the order of the log; `_passed` is how far that has come.
    """

    def __init__(self, store: SqlStore, every: float | None = None) -> None:
        self._store = store
        self._every = every
        self._bell = Bell()
        self._lock = Lock()
        self._thread = Thread(target=self._follow, name="promptwire-feed", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscribers: list[Subscriber] = []
        self._passed = Position("", 0)
        self._told = self._passed
        self._looked_at = monotonic()

    @property
    def position(self) -> Position:
        """Give what every subscriber has been told."""
        return self._told

    @property
    def behind(self) -> float:
        """Give the seconds since the log was last looked at with success."""
        return monotonic() - self._looked_at

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell somebody from now on; must be called on the event loop's thread."""
        self._subscribers.append(subscriber)

    async def start(self) -> None:
        """Begin at the head of the log.

        Raises:
            SQLAlchemyError: When the database cannot be read.
        """
        self._loop = asyncio.get_running_loop()
        with self._lock:  # who commits meanwhile waits, and is told
            self._store.committed = self._committed
            self._passed = self._told = self._head()
        self._bell.open()
        self._thread.start()

    async def catch_up(self) -> int:
        """Look at the log now; gives how far subscribers have been told after that."""
        with suppress(Exception):  # the thread that follows says what is wrong
            await asyncio.to_thread(self._look)
        return self._told.seq

    async def close(self) -> None:
        """Tell nobody any more."""
        self._bell.ring()
        await asyncio.to_thread(self._thread.join)
        self._store.committed = lambda _: None
        self._bell.close()

    def _committed(self, entries: Sequence[Entry]) -> None:
        """Pass on what this process has committed, and what others did before it."""
        behind, last = self._passed, entries[-1].seq
        if entries[0].seq > behind.seq + 1:
            try:
                entries = self._after(behind.seq, last)
            except Exception:  # whatever it is, the write is committed, and is answered
                log.exception("what others have written could not be read; what is in memory is dropped")
                self._jump(last)
                return
        self._pass_on(entries)

    def _jump(self, last: int) -> None:
        """Have everything dropped, unless somebody else has passed on what could not be read."""
        with self._lock:
            if self._passed.seq < last:
                head = self._passed = Position(self._passed.epoch, last)
                self._on_loop(lambda: self._tell_lost(head))

    def _follow(self) -> None:
        """Look at the log whenever there may be something new, until told to stop."""
        well = True
        while not self._bell.has_rung:
            try:
                with open_watch(self._store.engines, self._bell, self._every) as watch:
                    while not self._bell.has_rung:
                        watch.wait()
                        self._look()
                        if not well:
                            log.info("the change log can be read again")
                        well = True
            except Exception as error:  # noqa: BLE001 - a driver raises its own; whatever it is, the next look tells
                if well:
                    log.error("the change log cannot be read", extra={"reason": str(error)})  # noqa: TRY400 - said once
                well = False
                self._bell.wait(_TRY_AGAIN)

    def _look(self) -> None:
        began = monotonic()
        while not self._has_caught_up():
            pass
        self._looked_at = began

    def _has_caught_up(self) -> bool:
        """Pass on what is new; tells whether nobody has come between, so that what was found is still what matters."""
        behind = self._passed
        head = self._head()
        if head.epoch != behind.epoch or not 0 <= head.seq - behind.seq <= _TOO_MANY:
            return self._start_over(head, behind)
        if head.seq > behind.seq:
            try:
                entries = self._after(behind.seq, head.seq)
            except ValueError:  # an entry as only a later release writes it
                return self._start_over(head, behind)
            self._pass_on(entries)
        return True

    def _head(self) -> Position:
        with self._store.engines.watcher.connect() as connection, connection.begin():
            return Changes(connection).head()

    def _after(self, seq: int, last: int) -> Sequence[Entry]:
        with self._store.engines.watcher.connect() as connection, connection.begin():
            return Changes(connection).after(seq, last - seq)

    def _pass_on(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            new = [entry for entry in entries if entry.seq > self._passed.seq]
            if new:
                now = self._passed = Position(self._passed.epoch, new[-1].seq)
                self._on_loop(lambda: self._tell(new, now))

    def _start_over(self, head: Position, behind: Position) -> bool:
        """Have everything dropped, unless the log has been followed further meanwhile than it was then."""
        with self._lock:
            if self._passed is not behind:
                return False
            self._passed = head
            self._on_loop(lambda: self._tell_lost(head))
        return True

    def _on_loop(self, tell: Callable[[], None]) -> None:
        """Have something told after all that was passed on before, and before the loop hears of the commit itself."""
        if self._loop is not None and not self._bell.has_rung:
            self._loop.call_soon_threadsafe(tell)

    def _tell(self, entries: Sequence[Entry], now: Position) -> None:
        self._told = now
        for subscriber in self._subscribers:
            try:
                subscriber.changed(entries)
            except Exception:
                log.exception("a change could not be taken in; what was in memory is dropped")
                subscriber.lost()

    def _tell_lost(self, now: Position) -> None:
        self._told = now
        for subscriber in self._subscribers:
            subscriber.lost()
