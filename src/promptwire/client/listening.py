"""What the core knows of the stream: whether it is open, when it was last heard, and when to open it again."""

from __future__ import annotations

import math
from collections.abc import Callable

from promptwire.client.errors import UnavailableError
from promptwire.client.link import Link
from promptwire.wire.stream import CHANGED, CLOSING, HELLO, RESET, Event

_FIRST_PAUSE = 0.1
_USUAL_HEARTBEAT = 15.0  # until the server has said its own


class Ear:
    """Follows the stream; pure, as the core is."""

    def __init__(self, jitter: Callable[[], float], *, wanted: bool) -> None:
        self.link: Link = Link(_FIRST_PAUSE, jitter)
        self.wanted: bool = wanted
        """Whether the settings ask for a stream."""
        self.open: bool = False
        """Whether one was opened and has not ended."""
        self.hears: bool = False
        """Whether it said hello, and nothing was missed since."""
        self.since: float = math.inf
        """When it was opened (monotonic seconds)."""
        self._heartbeat = _USUAL_HEARTBEAT
        self._heard_at = -math.inf

    def opened(self, now: float) -> None:
        """Take note that a stream was asked for."""
        self.open = True
        self.hears = False
        self._heard_at = self.since = now

    def heard(self, now: float) -> None:
        """Take note that something came, if only a heartbeat."""
        self._heard_at = now

    def take(self, event: Event, slugs: Callable[[str], bool]) -> bool:
        """Take an event in; says whether it is time to sync."""
        if event.name == HELLO:
            heartbeat = event.data.get("heartbeat")
            if isinstance(heartbeat, int | float) and heartbeat > 0:
                self._heartbeat = float(heartbeat)
            self.hears = True
            self.link.worked()
            return event.data.get("resumed") is not True
        if event.name == CHANGED:
            return any(map(slugs, event.slugs))
        if event.name == CLOSING:
            return event.data.get("reason") == "unauthorized"
        return event.name == RESET

    def ended(self, why: str, now: float) -> None:
        """Take note that it broke, or could not be had."""
        self.open = self.hears = False
        self.link.failed(UnavailableError(why), now)

    @property
    def silent_at(self) -> float:
        """Give the moment from which on an open stream that says nothing is taken for dead."""
        return self._heard_at + 2 * self._heartbeat if self.open else math.inf

    def due(self) -> float:
        """Give the moment at which it is to be opened."""
        return self.link.retry_at if self.wanted and not self.open else math.inf
