"""The core: every decision of the SDK, without a socket, a thread or a clock of its own.

Whoever drives it asks `next` what to do, does it, and tells `heard` (or `streamed`, `stream_ended`) what came of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from promptwire.client.book import Book, Change
from promptwire.client.errors import PromptwireError, RefusedError, UnauthorizedError, UnavailableError
from promptwire.client.exchange import Reply, Request
from promptwire.client.link import Link
from promptwire.client.listening import Ear
from promptwire.client.prompt import Prompt
from promptwire.client.protocol import Outcome, PromptsNeeded, Site, about, read, sync, withdrawal
from promptwire.client.reference import Reference
from promptwire.client.settings import Mode
from promptwire.wire.stream import Event
from promptwire.wire.sync import Asked, SyncAnswer, SyncRequest

_MOST_ADDED = 2_000  # names in one request: its body has a limit
_SPREAD = 1.0  # seconds over which the processes of a fleet look for changes when they all lose their stream
_SAFETY = 60.0  # seconds between two looks while a stream says that nothing changed


@dataclass(frozen=True, slots=True)
class Errand:
    """One request to make, and what it is about."""

    references: tuple[Reference, ...]
    """What it asks about for the first time; empty where it only asks what changed."""
    request: Request
    began: float


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the stream, and close the one before."""

    last_id: str


@dataclass(frozen=True, slots=True)
class News:
    """What came of an errand."""

    outcome: Outcome
    results: dict[Reference, Prompt | PromptwireError]
    """What those get who wait for a reference."""
    changes: list[Change]


Step: TypeAlias = "Errand | Listen | float"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to ask."""

    mode: Mode
    refresh: float
    max_stale: float
    jitter: Callable[[], float]


class Core:
    """Decides what to ask the server and when, and what the answers mean."""

    def __init__(self, site: Site, rhythm: Rhythm, book: Book) -> None:
        self.book: Book = book
        self.link: Link = Link(min(rhythm.refresh, 1.0), rhythm.jitter)
        self.ear: Ear = Ear(rhythm.jitter, wanted=rhythm.mode == "stream")
        self._site = site
        self._rhythm = rhythm
        self._cursor: str | None = None
        self._unasked: dict[Reference, None] = dict.fromkeys(book.copies)
        """What the cursor does not cover yet, in the order in which it was wanted."""
        self._asked: dict[Reference, None] = {}
        self._slugs: set[str] = {reference.slug for reference in book.copies}
        self._named: set[Reference] | None = None
        """What the server has named since it began everything anew; None when it has not."""
        self._alone = False
        """Whether to ask one by one, because the server refused several together."""
        self._have = True
        self._pending: dict[Reference, None] = {}
        """What was asked for the first time, and no answer has spoken of yet."""
        self._changed = False
        """Whether there is something to fetch, as far as is known."""
        self._synced_at = -math.inf
        self._pause = self._new_pause()

    def in_child(self) -> Core:
        """Give the core of a forked child: all copies, nothing under way, and a look for changes at once."""
        child = Core(self._site, self._rhythm, self.book.in_child())
        child.want([*self._asked, *self._unasked])
        return child

    def pointless(self, reference: Reference, now: float) -> PromptwireError | None:
        """Give the error of a caller who need not wait: the last attempt failed, and the next is not due.

        Safe to call from every thread.
        """
        trouble = self.link.trouble
        if trouble is None or not self.link.is_open(now):
            return None
        if isinstance(trouble, RefusedError):
            return about(reference, trouble)
        wait = max(0.0, self.link.retry_at - now)
        text = f"{trouble}; the next attempt is in {wait:.1f} s"
        return about(reference, UnavailableError(text, slow=isinstance(trouble, UnavailableError) and trouble.slow))

    def want(self, references: Iterable[Reference]) -> None:
        """Use these from now on."""
        for reference in references:
            self._slugs.add(reference.slug)
            self._asked.pop(reference, None)
            self._unasked[reference] = None

    def next(self, now: float) -> Step:
        """Give what to do now, or the seconds until there may be something (infinity: until it is wanted)."""
        if now >= self.ear.silent_at:
            self.stream_ended("was silent for too long", now)
        due = self._sync_at()
        if now >= due:
            return self._errand(now)
        listen_at = self.ear.due() if self._asked else math.inf
        if now >= listen_at and self._cursor is not None:
            self.ear.opened(now)
            return Listen(self._cursor)
        return max(0.0, min(due, listen_at, self.ear.silent_at, self.book.next_expiry) - now)

    def heard(self, errand: Errand, reply: Reply, now: float) -> News:
        """Take in what came of an errand."""
        outcome = read(reply, self._site)
        if isinstance(outcome, SyncAnswer) and self.book.missing(outcome):
            outcome = self._incomplete()
        elif isinstance(outcome, PromptsNeeded):
            self._start_over(have=True)
        self.link.note(errand.began, _described(errand), _said(outcome))
        if isinstance(outcome, SyncAnswer):
            return self._answered(errand, outcome, now)
        if isinstance(outcome, PromptsNeeded):
            return News(outcome, {}, [])
        return self._failed(errand, outcome, now)

    def streamed(self, events: Iterable[Event], now: float) -> None:
        """Take in that the stream said something: these events, or only that it lives."""
        self.ear.heard(now)
        for event in events:
            if self.ear.take(event, self._slugs.__contains__):
                self._changed = True
        if self.ear.hears and not self._changed and self._cursor is not None and not self._unasked:
            self.book.confirmation.at = now

    def stream_ended(self, why: str, now: float) -> None:
        """Take in that the stream broke."""
        heard = self.ear.hears
        self.ear.ended(why, now)
        if heard:  # a server that ends ends the streams of all: they must not all come at the same moment
            self._synced_at = min(self._synced_at, now - self._pause + _SPREAD * self._rhythm.jitter())

    def stale(self, now: float) -> bool:
        """Say whether what is in memory is due for a look, so that a reader should have it looked at."""
        return now >= self._sync_at()

    def _sync_at(self) -> float:
        if self._unasked or self._changed:
            return self.link.retry_at
        if not self._asked:
            return math.inf
        # One look more after a stream has begun: what happened while it did may have been told to nobody.
        settled = self.ear.hears and self._synced_at > self.ear.since
        at = self._synced_at + (_SAFETY if settled else self._pause)
        if self.ear.hears:
            at = min(at, self.book.confirmation.at + self._rhythm.max_stale / 2)
        return max(at, self.link.retry_at)

    def _errand(self, now: float) -> Errand:
        chunk = tuple(islice(self._unasked, 1 if self._alone else _MOST_ADDED))
        asked = [Asked(*reference) for reference in chunk]
        copies = (self.book.copies.get(reference) for reference in chunk)
        have = sorted({copy.resolved.content_hash for copy in copies if copy}) if self._have else []
        if self._cursor is None:
            request = SyncRequest(prompts=asked, have=have)
        else:
            request = SyncRequest(cursor=self._cursor, add=asked, have=have)
        return Errand(chunk, sync(request), now)

    def _answered(self, errand: Errand, answer: SyncAnswer, now: float) -> News:
        self._cursor = answer.cursor
        for reference in errand.references:
            self._unasked.pop(reference, None)
            self._asked[reference] = self._pending[reference] = None
        changes = self.book.take(answer, now)
        changes += self._tidy(answer, now)
        self.link.worked()
        if not answer.more and not self._unasked:
            self.book.confirmation.at = errand.began
            self._have = True
        self._alone = self._alone and bool(self._unasked)
        results = self._results(answer)
        for reference, result in results.items():
            if isinstance(result, PromptwireError):
                self._asked.pop(reference, None)
        self._changed = answer.more
        self._synced_at = now
        self._pause = self._new_pause()
        return News(answer, results, changes + self.book.expire(now))

    def _tidy(self, answer: SyncAnswer, now: float) -> list[Change]:
        """After a full answer, withdraw what it did not name."""
        if answer.reset:
            self._named = set()
        if self._named is None:
            return []
        self._named |= {Reference(*one.asked) for one in answer.prompts}
        self._named |= {Reference(*one.asked) for one in answer.gone}
        if answer.more:
            return []
        unknown = [one for one in self._asked if one not in self._named and one in self.book.copies]
        self._named = None
        return self.book.forget(unknown, now)

    def _results(self, answer: SyncAnswer) -> dict[Reference, Prompt | PromptwireError]:
        gone = {Reference(*one.asked): one for one in answer.gone}
        results: dict[Reference, Prompt | PromptwireError] = {}
        for reference in self._pending:
            copy = self.book.copies.get(reference)
            if copy is not None:
                results[reference] = copy.prompt
            elif reference in gone:
                results[reference] = withdrawal(reference, gone[reference], self._site)
            elif not answer.more:
                silent = UnavailableError(f"{self._site.url} said nothing about it")
                results[reference] = about(reference, silent)
        for reference in results:
            self._pending.pop(reference)
        return results

    def _failed(self, errand: Errand, outcome: RefusedError | UnavailableError, now: float) -> News:
        several = len(errand.references) > 1
        if isinstance(outcome, RefusedError) and not isinstance(outcome, UnauthorizedError) and errand.references:
            if several:  # one of them may be what it does not like
                self._alone = True
                return News(outcome, {}, [])
            (reference,) = errand.references
            self._unasked.pop(reference, None)
            return News(outcome, {reference: about(reference, outcome)}, [])
        self.link.failed(outcome, now)
        changes = self.book.expire(now)
        if isinstance(outcome, UnauthorizedError):
            changes += self.book.refuse(outcome, now)
            self._start_over(have=True)
        results: dict[Reference, Prompt | PromptwireError] = {}
        for reference in self._unasked:
            results[reference] = about(reference, outcome)
        return News(outcome, results, changes)

    def _incomplete(self) -> PromptsNeeded | UnavailableError:
        """Ask again where an answer names a content that is not here; saying that we hold none, it must come."""
        if not self._have:
            return UnavailableError(f"{self._site.url} names a content and does not send it")
        self._start_over(have=False)
        return PromptsNeeded()

    def _start_over(self, *, have: bool) -> None:
        """Let the next request ask for everything."""
        self._cursor = None
        self._have = have
        self._named = None
        self._unasked = dict.fromkeys([*self._asked, *self._unasked])
        self._asked = {}
        self._pending = {}

    def _new_pause(self) -> float:
        pause = min(self._rhythm.refresh, self._rhythm.max_stale / 2)
        return pause * (1 - self._rhythm.jitter() / 10)  # fleets that start together drift apart


def _described(errand: Errand) -> str:
    names = ", ".join(map(str, errand.references[:3]))
    more = f" and {len(errand.references) - 3} more" if len(errand.references) > 3 else ""  # noqa: PLR2004
    return f"ask for {names}{more}" if names else "ask what changed"


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, PromptsNeeded):
        return "the server asks for all names again"
    if not isinstance(outcome, SyncAnswer):
        return str(outcome)
    parts = [f"{len(outcome.prompts)} changed" if outcome.prompts else "nothing changed"]
    if outcome.gone:
        parts.append(f"{len(outcome.gone)} withdrawn")
    if outcome.purged:
        parts.append(f"{len(outcome.purged)} erased")
    return ", ".join(parts)
