"""The core: every decision of the SDK, without a socket, a thread or a clock of its own.

Whoever drives it asks `next` what to do, does it, and tells `heard` what came of it. Now each reference is asked
about on its own; when one request answers for all of them, this module and its protocol change, its driver does not.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from promptwire.client.book import Book, Copy
from promptwire.client.errors import PromptwireError, UnauthorizedError, UnavailableError
from promptwire.client.exchange import Reply, Request
from promptwire.client.link import Link
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Reference
from promptwire.client.resolve import Outcome, Site, no_answer, read, request_for


@dataclass(frozen=True, slots=True)
class Errand:
    """One request to make, and what it is about."""

    reference: Reference
    request: Request
    refresh: bool
    """Whether it looks for changes; otherwise somebody waits for it."""


class Core:
    """Decides what to ask the server and when, and what the answers mean."""

    def __init__(
        self, site: Site, refresh: float, jitter: Callable[[], float], copies: Mapping[Reference, Copy]
    ) -> None:
        self.book: Book = Book(copies)
        self.link: Link = Link(refresh, jitter)
        self._site = site
        self._refresh = refresh
        self._jitter = jitter
        self._wanted: deque[Reference] = deque()
        self._round: deque[Reference] = deque()
        self._round_began = 0.0
        self._next_round = 0.0 if copies else math.inf

    def in_child(self) -> Core:
        """Give the core of a forked child: all copies, nothing under way, and a look for changes at once."""
        return Core(self._site, self._refresh, self._jitter, self.book.copies)

    def pointless(self, reference: Reference, now: float) -> UnavailableError | None:
        """Give the error of a caller who need not wait: the server let the last attempt time out just before.

        Safe to call from every thread.
        """
        if not self.link.hangs(now):
            return None
        wait = max(0.0, self.link.retry_at - now)
        return no_answer(
            reference, self._site, f"let the last attempt time out; the next is in {wait:.1f} s", slow=True
        )

    def want(self, reference: Reference) -> None:
        """Put first what somebody waits for."""
        self._wanted.append(reference)

    def next(self, now: float) -> Errand | float:
        """Give the errand to do now, or the seconds until there may be one (infinity: until somebody wants one)."""
        if self._wanted:
            return self._errand(self._wanted.popleft(), refresh=False)
        due = max(self._next_round, self.link.retry_at)
        if now < due:
            return due - now
        if not self._round:
            self._round.extend(self.book.copies)
            self._round_began = now
        return self._errand(self._round.popleft(), refresh=True)

    def heard(self, errand: Errand, reply: Reply, now: float) -> Prompt | PromptwireError:
        """Take in what came of an errand; give what those who wait for it get."""
        outcome = read(reply, errand.reference, self._site)
        result = self.book.record(errand.reference, outcome, now)
        self._judge(outcome, now)
        if errand.refresh and not self._round:
            # Rest at least as long as the round took: very many prompts must not keep a processor busy.
            self._next_round = now + max(self._pause(), now - self._round_began)
        elif self._next_round == math.inf and self.book.copies:
            self._next_round = now + self._pause()
        return result

    def _errand(self, reference: Reference, *, refresh: bool) -> Errand:
        return Errand(reference, request_for(reference, self.book.etag(reference)), refresh)

    def _judge(self, outcome: Outcome, now: float) -> None:
        if isinstance(outcome, UnavailableError | UnauthorizedError):
            self.link.failed(outcome, now)
            self._round.clear()  # the rest would meet the same
        else:
            self.link.worked()

    def _pause(self) -> float:
        return self._refresh * (1 - self._jitter() / 10)  # fleets that start together drift apart
