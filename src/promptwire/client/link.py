"""The link to the server: how it did lately, and so when to ask again."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from promptwire.client.errors import PromptwireError, UnavailableError

LONGEST_PAUSE = 30.0
_LONGEST_RETRY_AFTER = 300.0
_MOST_DOUBLINGS = 16
_REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, and what came of it."""

    at: float
    """When it was made (monotonic seconds)."""
    what: str
    outcome: str


class Link:
    """Spaces the attempts while the server gives no usable answer: each pause about twice the one before."""

    def __init__(self, first_pause: float, jitter: Callable[[], float]) -> None:
        self._first_pause = first_pause
        self._jitter = jitter
        self._failures = 0
        self.retry_at: float = -math.inf
        self.trouble: PromptwireError | None = None
        """What the newest attempt met, while nothing better came since."""
        self.attempts: deque[Attempt] = deque(maxlen=_REMEMBERED)
        """The last ones, oldest first."""

    def worked(self) -> None:
        """Take note of a usable answer."""
        self._failures = 0
        self.retry_at = -math.inf
        self.trouble = None

    def failed(self, trouble: PromptwireError, now: float) -> None:
        """Take note of an attempt that brought no usable answer."""
        pause = min(self._first_pause * 2 ** min(self._failures, _MOST_DOUBLINGS), LONGEST_PAUSE)
        pause *= 1 - self._jitter() / 4
        if isinstance(trouble, UnavailableError) and trouble.retry_after is not None:
            pause = max(pause, min(trouble.retry_after, _LONGEST_RETRY_AFTER))
        self._failures += 1
        self.retry_at = now + pause
        self.trouble = trouble

    def is_open(self, now: float) -> bool:
        """Say whether the last attempt failed and the next is not due: who waited now would wait in vain."""
        return self.trouble is not None and now < self.retry_at

    def note(self, at: float, what: str, outcome: str) -> None:
        """Remember an attempt, for `explain`."""
        self.attempts.append(Attempt(at, what, outcome))
