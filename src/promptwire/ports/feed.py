"""The feed: what has been committed to the change log, told to whoever keeps something in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from promptwire.domain.changes import Entry


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reader of the change log stands."""

    epoch: str
    """Which store it is: another one after a restore."""
    seq: int
    """The last entry that was read."""


class Subscriber(Protocol):
    """Somebody who keeps in memory what the change log says.

    Both are called on the event loop's thread, one call at a time, so that a subscriber needs no lock. They must be
    quick, must not raise, and cannot await. What this process wrote is told after the commit and before the write is
    answered; what others wrote, soon after (DESIGN section 5).
    """

    def changed(self, entries: Sequence[Entry]) -> None:
        """Take in what was committed: in the order of `seq`, without a gap, each entry once."""
        ...

    def lost(self) -> None:
        """Drop everything: the store is another one, or entries may have been missed."""
        ...


class Feed(Protocol):
    """The change log as it grows."""

    @property
    def position(self) -> Position:
        """Give what every subscriber has been told; before the first subscriber is, it is the head of the log."""
        ...

    @property
    def behind(self) -> float:
        """Give the seconds since the log was last looked at with success: how old what is in memory may be."""
        ...

    async def catch_up(self) -> int:
        """Look at the log now; gives how far subscribers have been told after that. It never raises."""
        ...

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell somebody from now on; must be called on the event loop's thread."""
        ...
