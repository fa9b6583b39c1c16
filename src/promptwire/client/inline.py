"""The driver without a thread: whoever reads sees to it that what is read is fresh (serverless: mode `none`)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from promptwire.client import leaving
from promptwire.client.core import Errand
from promptwire.client.driver import Driver
from promptwire.client.errors import ClosedError, PromptwireError
from promptwire.client.office import BLANK, Office, Shown, raised
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Reference
from promptwire.client.transport import Transport
from promptwire.wire.scores import Score

_ALL = 1_000_000


class Inline(Driver):
    """Asks the server while its caller waits: at the first read, and when `refresh` seconds have passed."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._asking = threading.Lock()
        self._transport = Transport(office.route, office.settings.timeout)
        leaving.remember(self)

    @property
    def shown(self) -> Shown:
        """Give what reads look into before they ask: nothing, for each read has to look at the clock."""
        return BLANK

    def in_child(self) -> Inline:
        """Give the driver of a forked child: it has all that is in memory, but no connection yet."""
        self._transport.disown()
        return Inline(self.office.in_child())

    def at_hand(self, reference: Reference) -> Prompt | None:
        """Give what is in memory or on disk, after a look for changes where one is due."""
        office = self.office
        copy = office.book.copies.get(reference)
        prompt = copy.prompt if copy else office.stock.find(reference, office.book)
        if prompt is None:
            return None
        if copy is None:
            office.core.want([reference])
        if not self.closed and office.core.stale(monotonic()) and self._asking.acquire(blocking=False):
            try:
                self._work(monotonic() + office.settings.timeout)
            finally:
                self._done()
        fresh = office.book.copies.get(reference)
        return fresh.prompt if fresh else None

    def fetch(self, reference: Reference) -> Prompt:
        """Ask for a reference; takes the timeout at the longest.

        Raises:
            PromptwireError: With the cause, when it cannot be had now.
        """
        deadline = monotonic() + self.office.settings.timeout
        if self.closed:
            raise ClosedError(f"{reference} is not in memory, and the client is closed")
        if not self._asking.acquire(timeout=self.office.settings.timeout):
            raise self.late(reference)
        try:
            return self._fetched(reference, deadline)
        finally:
            self._done()

    def prefetch(self, references: Sequence[Reference], seconds: float) -> dict[Reference, PromptwireError]:
        """Ask for all of them together; gives the errors of those that cannot be had."""
        office = self.office
        with self._asking:
            for reference in references:
                if reference not in office.book.copies:
                    office.stock.find(reference, office.book)
            office.core.want(references)
            results = self._work(monotonic() + seconds)
        late = {one: results.get(one) or self.late(one) for one in references if one not in office.book.copies}
        return {one: why for one, why in late.items() if isinstance(why, PromptwireError)}

    def score(self, path: str, score: Score) -> None:
        """Keep a score until something is read, or all is to be sent."""
        scorer = self.office.outbox.scorer
        if self.closed:
            scorer.dropped += 1
        else:
            scorer.add(path, score, monotonic())

    def flush(self, seconds: float) -> bool:
        """Send all that waits to be sent; says whether that was done."""
        if not self._asking.acquire(timeout=seconds):
            return False
        try:
            return self.office.outbox.flush(self.office.book, self._transport)
        finally:
            self._done()

    def leave(self) -> None:
        """Say what is left, for a fraction of a second at most."""
        office = self.office
        if self.closed or not self._asking.acquire(blocking=False):
            return
        try:
            with suppress(Exception):  # whatever is wrong with it, the end comes first
                office.outbox.last_word(office.book, office.core.link, self._transport)
        finally:
            self._done()

    def stop(self) -> None:
        """Ask no more."""
        self.office.closed = True
        self.office.announcer.close()
        if self._asking.acquire(blocking=False):
            self._transport.close()
            self._asking.release()

    def close(self) -> None:
        """Ask no more, and end the connection, also under the hands of who waits for it."""
        self.leave()
        self._transport.abort()
        self.stop()

    def _fetched(self, reference: Reference, deadline: float) -> Prompt:
        office = self.office
        copy = office.book.copies.get(reference)
        if copy is not None:  # another thread has fetched it meanwhile
            return copy.prompt
        trouble = office.core.pointless(reference, monotonic())
        if trouble is not None:
            return raised(trouble)
        office.core.want([reference])
        outcome = self._work(deadline).get(reference) or self.late(reference)
        return raised(outcome)

    def _done(self) -> None:
        if self.closed:
            self._transport.close()
        self._asking.release()

    def _work(self, deadline: float) -> dict[Reference, Prompt | PromptwireError]:
        """Do what is due now."""
        office = self.office
        results: dict[Reference, Prompt | PromptwireError] = {}
        while monotonic() < deadline:
            step = office.core.next(monotonic())
            if not isinstance(step, Errand):
                break
            results |= office.perform(step, self._transport).results
        office.spread(office.book.expire(monotonic()))
        office.stock.write(office.book, _ALL)
        if monotonic() < deadline:
            office.speak(self._transport, deadline - monotonic())
        return results
