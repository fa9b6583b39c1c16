"""The fetcher: the one background thread of a client, and the queue in front of it."""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from random import random
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from promptwire.client.core import Core, Errand
from promptwire.client.errors import ClosedError, PromptwireError, RefusedError, UnavailableError
from promptwire.client.forking import importing
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Key, Reference
from promptwire.client.resolve import Site, no_answer
from promptwire.client.settings import Settings

if TYPE_CHECKING:
    from promptwire.client.transport import Transport

Flight: TypeAlias = "Future[Prompt | PromptwireError]"
"""A fetch under way; everybody who asks for the same reference waits for the same one."""

_log = logging.getLogger("promptwire")
_GOODBYE = 0.2  # seconds that close waits for the thread
_LOADING = 10.0  # seconds that a first call gives our own parts to load, on a machine that has no time for us
_LONGEST_WAIT = 3600.0  # seconds; the system knows no infinity


class Fetcher:
    """Fetches for every thread of the process, and looks for changes in between."""

    def __init__(self, settings: Settings, core: Core | None = None) -> None:
        self._settings = settings
        self._site = Site(settings.url, settings.api_key is not None)
        self._core = core or Core(self._site, settings.refresh, random, {})
        self._flights: dict[Reference, Flight] = {}
        self._inbox: SimpleQueue[Reference | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._ready = threading.Event()
        self._unusable: Exception | None = None
        self._thread: threading.Thread | None = None
        self._transport: Transport | None = None
        self.served: Mapping[Key, Prompt] = self._core.book.served
        """What is in memory, for reads without a lock."""
        self.closed: bool = False

    @property
    def url(self) -> str:
        """Give the address of the server."""
        return self._settings.url

    def in_child(self) -> Fetcher:
        """Give the fetcher of a forked child: it has all that is in memory, but no thread and no connection yet."""
        if self._transport is not None:
            self._transport.disown()
        child = Fetcher(self._settings, self._core.in_child())
        child.closed = self.closed
        return child

    def start(self) -> bool:
        """Start the thread unless it runs or the client is closed; say whether it runs."""
        with self._starting:
            if self._thread is not None and self._thread.is_alive():
                return True
            if not self.closed:
                self._thread = threading.Thread(target=self._run, name="promptwire", daemon=True)
                with suppress(RuntimeError):  # the interpreter is on its way out
                    self._thread.start()
                    return True
            return False

    def fetch(self, reference: Reference) -> Prompt:
        """Wait for what a reference means; for the timeout at the longest, once there is a thread that can ask.

        Raises:
            PromptwireError: With the cause, when it cannot be had now.
        """
        if self.start():
            self._ready.wait(_LOADING)
        elif not self.closed:
            raise UnavailableError(f"cannot fetch {reference}: no thread can be started any more")
        if self._unusable is not None:
            raise UnavailableError(f"cannot fetch {reference}: {self._unusable!r}") from self._unusable
        trouble = self._core.pointless(reference, monotonic())
        if trouble is not None:
            raise trouble
        try:
            outcome = self.ask(reference).result(self._settings.timeout)
        except TimeoutError:
            cause = f"gave no answer within {self._settings.timeout:g} s"
            raise no_answer(reference, self._site, cause, slow=True) from None
        if isinstance(outcome, PromptwireError):
            raise copy.copy(outcome)  # several threads may raise it: each gets a traceback of its own
        return outcome

    def ask(self, reference: Reference) -> Flight:
        """Have a reference fetched, or join the fetch that is under way."""
        mine: Flight = Future()
        flight = self._flights.setdefault(reference, mine)
        if flight is mine:
            self._inbox.put(reference)
        if self.closed:
            self._settle(reference, ClosedError(f"{reference} is not in memory, and the client is closed"))
        return flight

    def stop(self) -> None:
        """Tell the thread to end, without waiting for it."""
        self.closed = True
        self._inbox.put(None)

    def close(self) -> None:
        """End the thread, also one that waits for the server, within a fraction of a second."""
        self.stop()
        if self._transport is not None:
            self._transport.abort()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_GOODBYE)

    def _run(self) -> None:
        transport = None
        try:
            transport = self._transport = self._load()
            while not self.closed:
                self._step(transport)
        finally:
            if transport is not None:
                transport.close()
            farewell = ClosedError("the client was closed meanwhile")
            for reference in list(self._flights):
                self._settle(reference, farewell)

    def _load(self) -> Transport:
        try:
            transport = _transport(self._settings)
        except Exception as error:
            self._unusable = error
            raise
        else:
            self._unusable = None
            return transport
        finally:
            self._ready.set()

    def _step(self, transport: Transport) -> None:
        while not self._inbox.empty():
            self._hear(0)
        errand = self._core.next(monotonic())
        if isinstance(errand, Errand):
            self._perform(errand, transport)
        else:
            self._hear(errand)

    def _hear(self, patience: float) -> None:
        try:
            reference = self._inbox.get(timeout=min(patience, _LONGEST_WAIT))
        except Empty:
            return
        if reference is not None and not self._settle(reference, self.served.get(reference)):
            self._core.want(reference)

    def _perform(self, errand: Errand, transport: Transport) -> None:
        trouble = self._core.link.trouble
        held = self.served.get(errand.reference)
        try:
            outcome = self._core.heard(errand, transport.send(errand.request), monotonic())
        except Exception as error:  # noqa: BLE001 (a bug: it must neither end the refresh nor make it spin)
            _log.exception("cannot take in the answer for %s", errand.reference)
            outcome = UnavailableError(f"cannot take in the answer for {errand.reference}: {error!r}")
            self._hear(self._settings.refresh)
        if not errand.refresh:
            self._settle(errand.reference, outcome)
        self._report(errand.reference, outcome, held, trouble)

    def _settle(self, reference: Reference, outcome: Prompt | PromptwireError | None) -> bool:
        if outcome is None:
            return False
        flight = self._flights.pop(reference, None)
        if flight is not None:
            flight.set_result(outcome)
        return True

    def _report(
        self,
        reference: Reference,
        outcome: Prompt | PromptwireError,
        held: Prompt | None,
        trouble: PromptwireError | None,
    ) -> None:
        now = self._core.link.trouble
        if self.closed or not self.served:
            return
        if now is not None and trouble is None:
            _log.warning("%s; what is in memory is served", now)
        elif now is None and trouble is not None:
            _log.warning("%s answers again", self._settings.url)
        if isinstance(outcome, RefusedError) and now is None and held is not None and not held.withdrawn:
            _log.warning("%s was withdrawn (%s); the copy in memory is served", reference, outcome)


def _transport(settings: Settings) -> Transport:
    with importing:
        import gotemplate  # noqa: F401, PLC0415 (neither of the two before something is fetched)
        from promptwire.client.transport import Transport  # noqa: PLC0415
    return Transport(settings)
