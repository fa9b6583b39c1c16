"""What a client has to say to the server beside what it asks: its use, and scores. It never comes before a question."""

from __future__ import annotations

import math
from time import monotonic
from typing import Final

from promptwire.client.book import Book
from promptwire.client.link import Link
from promptwire.client.reporter import UseReporter
from promptwire.client.scorer import Scorer
from promptwire.client.transport import Transport

LAST_WORD: Final = 0.2
"""Seconds that a process which ends has for what it still has to say."""


class Outbox:
    """Sends reports and scores when they are due, one at a time."""

    def __init__(self, reporter: UseReporter, scorer: Scorer) -> None:
        self.reporter: UseReporter = reporter
        self.scorer: Scorer = scorer

    def in_child(self, book: Book) -> Outbox:
        """Give the outbox of a forked child."""
        return Outbox(self.reporter.in_child(book), self.scorer.in_child())

    def due(self, book: Book, link: Link) -> float:
        """Give the seconds until there is something to send; infinity: nothing, or nobody answers at the moment."""
        if link.trouble is not None:
            return math.inf
        now = monotonic()
        return min(self.scorer.due(now), self.reporter.due(now, book))

    def send(self, book: Book, transport: Transport, timeout: float = math.inf) -> bool:
        """Send one thing that is due; says whether that worked."""
        now = monotonic()
        if self.scorer.due(now) <= 0:
            batch = self.scorer.batch()
            if batch is not None:
                return self.scorer.heard(batch, transport.send(batch.request, timeout), monotonic())
        return self.reporter.heard(transport.send(self.reporter.request(now, book), timeout), monotonic())

    def flush(self, book: Book, transport: Transport) -> bool:
        """Send all there is; stops at the first thing that fails, and says whether none did."""
        unanswered = self.reporter.unanswered()
        if unanswered is not None and not self.reporter.heard(transport.send(unanswered), monotonic()):
            return False
        self.reporter.hasten()
        self.scorer.hasten()
        while min(self.scorer.due(monotonic()), self.reporter.due(monotonic(), book)) <= 0:
            if not self.send(book, transport):
                return False
        return True

    def last_word(self, book: Book, link: Link, transport: Transport) -> None:
        """Say what is left, and that the process serves nothing from now on; for a fraction of a second at most."""
        deadline = monotonic() + LAST_WORD
        if link.trouble is not None:
            return
        self.scorer.hasten()
        while self.scorer.waiting and monotonic() < deadline:
            batch = self.scorer.batch()
            reply = transport.send(batch.request, deadline - monotonic()) if batch else None
            if batch is None or reply is None or not self.scorer.heard(batch, reply, monotonic()):
                return
        if not self.reporter.has_news(book) or monotonic() >= deadline:
            return
        unanswered = self.reporter.unanswered()
        if unanswered is not None:
            reply = transport.send(unanswered, deadline - monotonic())
            if not self.reporter.heard(reply, monotonic()):
                return
        if monotonic() < deadline:
            request = self.reporter.request(monotonic(), book, ending=True)
            self.reporter.heard(transport.send(request, deadline - monotonic()), monotonic())
