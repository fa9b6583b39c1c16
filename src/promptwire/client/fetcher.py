"""The fetcher: the one background thread of a client, and the queue in front of it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from time import monotonic

from promptwire.client import leaving
from promptwire.client.answers import Malformed
from promptwire.client.bell import Bell
from promptwire.client.connection import silence
from promptwire.client.core import Errand, Listen
from promptwire.client.driver import Driver
from promptwire.client.errors import ClosedError, PromptwireError, UnavailableError
from promptwire.client.office import Flight, Office, Shown, log, raised
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Reference
from promptwire.client.stream import Stream
from promptwire.client.transport import Transport
from promptwire.wire.scores import Score

_GOODBYE = 0.25  # seconds that close waits for the thread to say its last word, and again to end
_WRITTEN_AT_ONCE = 16  # files between two looks at what else there is to do


class Fetcher(Driver):
    """Fetches for every thread of the process, and keeps what is in memory fresh."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._flights: dict[Reference, Flight] = {}
        self._inbox: deque[Reference] = deque()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._bell: Bell | None = None
        self._transport: Transport | None = None
        self._stream: Stream | None = None
        self._orders: deque[tuple[Callable[[Transport], bool], Future[bool]]] = deque()
        """What others wait for that is to be said at once."""
        leaving.remember(self)

    @property
    def shown(self) -> Shown:
        """Give what reads look into before they ask."""
        return self.office.book

    def in_child(self) -> Fetcher:
        """Give the fetcher of a forked child: it has all that is in memory, but no thread and no connection yet."""
        for part in (self._bell, self._transport, self._stream):
            if part is not None:
                part.disown()
        return Fetcher(self.office.in_child())

    def start(self) -> bool:
        """Start the thread unless it runs or the client is closed; say whether it runs."""
        if self._thread is not None and self._thread.is_alive():
            return True
        with self._starting:
            if self._thread is not None and self._thread.is_alive():
                return True
            if not self.closed:
                self._bell = Bell()
                self._transport = Transport(self.office.route, self.office.settings.timeout)
                self._thread = threading.Thread(target=self._run, name="promptwire", daemon=True)
                with suppress(RuntimeError):  # the interpreter is on its way out
                    self._thread.start()
                    return True
            return False

    def at_hand(self, reference: Reference) -> Prompt | None:
        """Give what can be had without the network; the server is asked about it all the same."""
        office = self.office
        copy = office.book.copies.get(reference)
        prompt = copy.prompt if copy else office.stock.find(reference, office.book)
        if prompt is not None and self.start() and copy is None:
            self._want([reference])
        return prompt

    def fetch(self, reference: Reference) -> Prompt:
        """Wait for what a reference means; for the timeout at the longest.

        Raises:
            PromptwireError: With the cause, when it cannot be had now.
        """
        seconds = self.office.settings.timeout
        try:
            return raised(self.flight(reference).result(seconds))
        except TimeoutError:
            raise self.late(reference) from None

    def flight(self, reference: Reference) -> Flight:
        """Have a reference fetched, or join the fetch that is under way.

        Raises:
            PromptwireError: When it is known to be in vain.
        """
        if not self.start() and not self.closed:
            raise UnavailableError(f"cannot fetch {reference}: no thread can be started any more")
        trouble = self.office.core.pointless(reference, monotonic())
        if trouble is not None and not self.closed:
            raised(trouble)
        return self._depart(reference)

    def prefetch(self, references: Sequence[Reference], seconds: float) -> dict[Reference, PromptwireError]:
        """Ask for all of them together; gives the errors of those that cannot be had."""
        errors: dict[Reference, PromptwireError] = {}
        flights: dict[Reference, Flight] = {}
        for reference in references:
            self.at_hand(reference)
            try:
                flights[reference] = self.flight(reference)
            except PromptwireError as error:
                errors[reference] = error
        wait(flights.values(), seconds)
        for reference, flight in flights.items():
            outcome = flight.result() if flight.done() else self.late(reference)
            if isinstance(outcome, PromptwireError):
                errors[reference] = outcome
        copies = self.office.book.copies
        return {reference: error for reference, error in errors.items() if reference not in copies}

    def score(self, path: str, score: Score) -> None:
        """Have a score sent."""
        scorer = self.office.outbox.scorer
        if self.closed:
            scorer.dropped += 1
        elif scorer.add(path, score, monotonic()) and self.start() and self._bell is not None:
            self._bell.ring()

    def flush(self, seconds: float) -> bool:
        """Send all that waits to be sent; says whether that was done in time."""
        office = self.office
        if not self.start():
            return office.outbox.scorer.waiting == 0
        return self._order(lambda transport: office.outbox.flush(office.book, transport), seconds)

    def leave(self) -> None:
        """Say what is left, for a fraction of a second at most."""
        office = self.office
        if self._thread is None or not self._thread.is_alive() or self.closed:
            return
        if office.outbox.scorer.waiting or office.outbox.reporter.has_news(office.book):
            self._order(self._last_word, _GOODBYE)

    def stop(self) -> None:
        """Tell the thread to end, without waiting for it."""
        self.office.closed = True
        self.office.announcer.close()
        if self._bell is not None:
            self._bell.ring()

    def close(self) -> None:
        """End the thread, also one that waits for the server, within a fraction of a second."""
        self.stop()
        thread = self._thread
        waits = thread is not None and thread is not threading.current_thread()
        if thread is not None and waits:
            thread.join(_GOODBYE)
        for part in (self._transport, self._stream):
            if part is not None:
                part.abort()
        if thread is not None and waits:
            thread.join(_GOODBYE)

    def _depart(self, reference: Reference) -> Flight:
        mine: Flight = Future()
        flight = self._flights.setdefault(reference, mine)
        if flight is mine:
            self._want([reference])
        if self.closed:
            self._settle(reference, ClosedError(f"{reference} is not in memory, and the client is closed"))
        return flight

    def _want(self, references: Iterable[Reference]) -> None:
        self._inbox.extend(references)
        if self._bell is not None:
            self._bell.ring()

    def _run(self) -> None:
        bell, transport = self._bell, self._transport
        if bell is None or transport is None:
            return
        try:
            while not self.closed:
                self._step(bell, transport)
        finally:
            self.office.closed = True
            self._carry_out(transport)
            self._last_word(transport)
            transport.close()
            self._hang_up()
            self.office.stock.write(self.office.book, _WRITTEN_AT_ONCE)
            farewell = ClosedError("the client was closed meanwhile")
            for reference in list(self._flights):
                self._settle(reference, farewell)
            bell.close()

    def _step(self, bell: Bell, transport: Transport) -> None:
        core = self.office.core
        self._take_in()
        step = core.next(monotonic())
        if isinstance(step, Errand):
            self._perform(step, transport)
        elif isinstance(step, Listen):
            self._listen(step)
        elif self._orders:
            self._carry_out(transport)
        else:
            self._rest(min(step, self.office.speak(transport)), bell)

    def _order(self, what: Callable[[Transport], bool], seconds: float) -> bool:
        """Have the thread say something at once; says whether it did so in time."""
        done: Future[bool] = Future()
        self._orders.append((what, done))
        if self._bell is not None:
            self._bell.ring()
        try:
            return done.result(seconds)
        except TimeoutError:
            return False

    def _carry_out(self, transport: Transport) -> None:
        while self._orders:
            what, done = self._orders.popleft()
            try:
                done.set_result(what(transport))
            except Exception:  # noqa: BLE001 (it is logged, and nobody is held up)
                log.exception("cannot tell %s what is used", self.office.settings.url)
                done.set_result(False)

    def _last_word(self, transport: Transport) -> bool:
        office = self.office
        with suppress(Exception):  # whatever is wrong with it, the end comes first
            office.outbox.last_word(office.book, office.core.link, transport)
            return True
        return False

    def _take_in(self) -> None:
        core = self.office.core
        while self._inbox:
            reference = self._inbox.popleft()
            copy = core.book.copies.get(reference)
            if copy is not None and copy.prompt.source == "server":
                self._settle(reference, copy.prompt)
            else:
                core.want([reference])

    def _perform(self, errand: Errand, transport: Transport) -> None:
        news = self.office.perform(errand, transport)
        for reference, result in news.results.items():
            self._settle(reference, result)

    def _rest(self, seconds: float, bell: Bell) -> None:
        office = self.office
        if office.stock.write(office.book, _WRITTEN_AT_ONCE):
            seconds = 0.0
        office.stock.touch(office.book)
        stream = self._stream
        if bell.wait(seconds, stream.socket if stream else None) and stream is not None:
            self._hear(stream)
        office.spread(office.book.expire(monotonic()))

    def _listen(self, step: Listen) -> None:
        self._hang_up()
        timeout = self.office.settings.timeout
        try:
            self._stream = Stream(self.office.route, step.last_id, monotonic() + timeout)
        except (OSError, ValueError, Malformed) as error:
            self.office.core.stream_ended(silence(error, timeout).cause, monotonic())

    def _hear(self, stream: Stream) -> None:
        core = self.office.core
        events, end = stream.read()
        core.streamed(events, monotonic())
        if end is not None:
            log.debug("%s %s", self.office.settings.url, end)
            self._hang_up()
            core.stream_ended(end, monotonic())

    def _hang_up(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _settle(self, reference: Reference, outcome: Prompt | PromptwireError) -> None:
        flight = self._flights.pop(reference, None)
        if flight is not None:
            with suppress(Exception):  # who waited has given up
                flight.set_result(outcome)
