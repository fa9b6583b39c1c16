"""The office: what every driver of the core works with, be it a thread (`fetcher`) or whoever reads (`inline`)."""

from __future__ import annotations

import copy
import logging
import math
from collections.abc import Callable
from concurrent.futures import Future
from random import random
from time import monotonic, time_ns
from typing import Protocol, TypeAlias

from promptwire.client.announcer import Announcer
from promptwire.client.book import Book, Change, Served, Terms
from promptwire.client.connection import Route
from promptwire.client.core import Core, Errand, News, Rhythm
from promptwire.client.errors import PromptwireError, UnavailableError
from promptwire.client.outbox import Outbox
from promptwire.client.prompt import Prompt
from promptwire.client.protocol import Site
from promptwire.client.reporter import UseReporter
from promptwire.client.scorer import Scorer
from promptwire.client.settings import Settings
from promptwire.client.stock import Stock
from promptwire.client.transport import Transport
from promptwire.wire.sync import SyncAnswer

Flight: TypeAlias = "Future[Prompt | PromptwireError]"
"""A fetch under way; everybody who asks for the same reference waits for the same one."""

Watcher: TypeAlias = Callable[[Errand, News, int], None]
"""Takes a request, what came of it, and when it began (nanoseconds since 1970)."""

_AFTER_A_MISTAKE = 60.0  # seconds: one of ours must not be made again and again
log: logging.Logger = logging.getLogger("promptwire")


class Shown(Protocol):
    """What reads look into before they ask."""

    @property
    def served(self) -> Served:
        """Give the prompts by name, then by label or number."""
        ...


class _Blank:
    def __init__(self) -> None:
        self.served: Served = {}


BLANK: Shown = _Blank()
"""Nothing: every read asks."""


class Office:
    """What every driver has: the core, the stock, the way to the server, and who is told of changes."""

    def __init__(self, settings: Settings) -> None:
        self.settings: Settings = settings
        self.site: Site = Site(settings.url, settings.api_key is not None)
        self.route: Route = Route(settings)
        terms = Terms(max_stale=settings.max_stale, grace=settings.grace, strict=settings.strict)
        rhythm = Rhythm(settings.mode, settings.refresh, settings.max_stale, random)
        self.core: Core = Core(self.site, rhythm, Book(self.site, terms))
        self.stock: Stock = Stock(settings, self.site)
        self.announcer: Announcer = Announcer()
        reporter = UseReporter(settings.service, settings.instance, random, wanted=settings.report)
        self.outbox: Outbox = Outbox(reporter, Scorer(random))
        self.closed: bool = False
        self.watchers: list[Watcher] = []
        """Who is told of each request."""

    def in_child(self) -> Office:
        """Give the office of a forked child: it has all that is in memory, and nothing under way."""
        child = copy.copy(self)
        child.core = self.core.in_child()
        child.stock = self.stock.in_child()
        child.announcer = self.announcer.in_child()
        child.outbox = self.outbox.in_child(child.book)
        return child

    @property
    def book(self) -> Book:
        """Give what is in memory."""
        return self.core.book

    def perform(self, errand: Errand, transport: Transport) -> News:
        """Send a request, and take in what comes of it."""
        trouble = self.core.link.trouble
        began = time_ns()
        try:
            news = self.core.heard(errand, transport.send(errand.request), monotonic())
        except Exception as error:
            log.exception("cannot take in an answer of %s", self.settings.url)
            news = self.stumble(errand, error)
        if isinstance(news.outcome, SyncAnswer):
            self.stock.purge(news.outcome.purged)
        self.spread(news.changes)
        self._report(news, trouble)
        for watcher in self.watchers:
            watcher(errand, news, began)
        return news

    def stumble(self, errand: Errand, error: Exception) -> News:
        """Treat a mistake of ours as an outage."""
        trouble = UnavailableError(f"{self.settings.url} gave an answer that cannot be taken in: {error!r}")
        self.core.link.failed(trouble, monotonic())
        return News(trouble, dict.fromkeys(errand.references, trouble), [])

    def speak(self, transport: Transport, timeout: float = math.inf) -> float:
        """Send a report or scores, if any are due; gives the seconds until there may be something to send."""
        due = self.outbox.due(self.book, self.core.link)
        if due > 0:
            return due
        try:
            self.outbox.send(self.book, transport, timeout)
        except Exception:
            log.exception("cannot tell %s what is used", self.settings.url)
            return _AFTER_A_MISTAKE
        return 0.0

    def spread(self, changes: list[Change]) -> None:
        """Tell of changes, and have them written down."""
        if changes:
            self.stock.note(changes, self.book)
            self.announcer.tell(changes)

    def _report(self, news: News, trouble: PromptwireError | None) -> None:
        now = self.core.link.trouble
        if self.closed or not self.book.copies:
            return
        if now is not None and trouble is None:
            log.warning("%s; what is in memory is served", now)
        elif now is None and trouble is not None:
            log.warning("%s answers again", self.settings.url)
        if now is None:
            self._report_withdrawals(news.changes)

    def _report_withdrawals(self, changes: list[Change]) -> None:
        for change in changes:
            held = self.book.copies.get(change.reference)
            if held and held.refusal and not (change.before and change.before.withdrawn):
                log.warning("%s was withdrawn (%s); the copy in memory is served", change.reference, held.refusal)
            elif change.after is None:
                why = self.book.barred.get(change.reference)
                log.warning("%s is served no more (%s)", change.reference, why)


def raised(outcome: Prompt | PromptwireError) -> Prompt:
    """Give the prompt, or raise the error: a copy, for several threads may, and each gets a traceback of its own.

    Raises:
        PromptwireError: When it is one.
    """
    if isinstance(outcome, PromptwireError):
        raise copy.copy(outcome)
    return outcome
