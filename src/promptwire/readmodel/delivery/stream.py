"""One stream: the events that wait for one reader, bounded whatever the reader does."""

from __future__ import annotations

import asyncio
from datetime import datetime
from itertools import count
from time import monotonic

from promptwire.domain.changes import Entry
from promptwire.domain.subjects import KeySubject, Subject
from promptwire.readmodel.delivery.events import Written
from promptwire.readmodel.delivery.sights import Viewer
from promptwire.wire.stream import CLOSING, HEARTBEAT, encode

MAX_WAITING = 64
"""Events that wait for a reader; then they become one that says that anything may have changed."""
SLOW = 30.0
"""Seconds after which a reader that takes nothing is given up."""
_turns = count()
_RIGHTS = frozenset({"key", "session", "user", "team", "team_member", "organization", "organization_member"})


class Stream:
    """The events that wait for one reader."""

    __slots__ = (
        "_ended",
        "_waiting",
        "_wake",
        "authorization",
        "blocked_since",
        "given_up",
        "last_id",
        "turn",
        "until",
        "viewer",
        "writer",
    )

    def __init__(self, viewer: Viewer, authorization: str, until: datetime | None) -> None:
        self.viewer = viewer
        self.authorization = authorization
        self.until = until
        """When the credential ends."""
        self.turn = next(_turns)
        """A number of its own, which spreads heartbeats over time."""
        self.last_id = ""
        self.given_up = False
        """Whether nothing more is sent, because the reader takes nothing."""
        self.blocked_since: float | None = None
        """Since when something is being sent, by the monotonic clock."""
        self.writer: asyncio.Task[None] | None = None
        """What sends the events."""
        self._waiting: list[bytes] = []
        self._wake = asyncio.Event()
        self._ended = False

    def put(self, written: Written) -> None:
        """Have an event sent; where too many wait already, they become one that says that anything may have changed."""
        if self._ended:
            return
        self.last_id = written.id
        if len(self._waiting) >= MAX_WAITING:
            self._waiting = [written.reset]
        else:
            self._waiting.append(written.event)
        self._wake.set()

    def beat(self) -> None:
        """Have a heartbeat sent, unless something else waits."""
        if not self._waiting and not self._ended:
            self._waiting.append(HEARTBEAT)
            self._wake.set()

    def end(self, reason: str | None) -> None:
        """Have the last event sent, with a reason; without one nobody reads any more."""
        if self._ended:
            return
        self._ended = True
        if reason is None:
            self._waiting.clear()
        else:
            self._waiting.append(encode(CLOSING, self.last_id, {"reason": reason}))
        self._wake.set()

    async def take(self) -> bytes | None:
        """Give what waits, once there is something; None after the last event."""
        self.blocked_since = None
        while not self._waiting:
            if self._ended:
                return None
            self._wake.clear()
            await self._wake.wait()
        taken = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting.clear()
        self.blocked_since = monotonic()
        return taken

    @property
    def is_stuck(self) -> bool:
        """Tell whether the reader has taken nothing for too long."""
        return self.blocked_since is not None and monotonic() - self.blocked_since > SLOW

    def give_up(self) -> None:
        """End it without a word, for its reader takes none."""
        self.given_up = True
        self.end(None)
        if self.writer:
            self.writer.cancel()

    @property
    def identities(self) -> frozenset[str]:
        """Give the ids of whom and what the rights of its reader depend on."""
        return _identities(self.viewer.subject) | (self.viewer.sight.team_ids or frozenset())


def _identities(subject: Subject) -> frozenset[str]:
    return frozenset({subject.key.id if isinstance(subject, KeySubject) else subject.user.id})


def rights_in(entry: Entry) -> frozenset[str]:
    """Give the ids of whom or what an entry gives other rights; none where it is about something else."""
    change = entry.change
    if change.object_kind not in _RIGHTS:
        return frozenset()
    people = {facts.get("user_id") for facts in (change.before, change.after)}
    return frozenset({change.object_id, *(one for one in people if isinstance(one, str))})
