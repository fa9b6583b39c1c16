"""The announcer: calls what `on_change` was given, on a thread of its own, so that nobody's slowness is ours."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from promptwire.client.book import Change
from promptwire.client.prompt import Prompt

_log = logging.getLogger("promptwire")
_MOST_WAITING = 1000


@dataclass(frozen=True, slots=True)
class PromptChange:
    """A prompt that this process uses means something else from now on."""

    name: str
    """As the application asked for it: the slug, or `team/slug`."""
    label: str | None
    """The label it asked for, if it did."""
    before: Prompt | None
    """What was served until now; None where there was nothing."""
    after: Prompt | None
    """What is served from now on; None where the server took it away, and its time of grace is over."""


Callback: TypeAlias = Callable[[PromptChange], object]


class Announcer:
    """Tells changes to every callback, in order; the oldest are dropped when nobody keeps up."""

    def __init__(self, callbacks: Iterable[Callback] = ()) -> None:
        self._callbacks: list[Callback] = list(callbacks)
        self._waiting: deque[PromptChange] = deque(maxlen=_MOST_WAITING)
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self.dropped: int = 0
        """How many changes nobody was told of."""

    def in_child(self) -> Announcer:
        """Give the announcer of a forked child."""
        return Announcer(self._callbacks)

    def add(self, callback: Callback) -> Callable[[], None]:
        """Call this from now on; gives what ends it."""
        with self._lock:
            self._callbacks = [*self._callbacks, callback]

        def remove() -> None:
            with self._lock:
                self._callbacks = [one for one in self._callbacks if one is not callback]

        return remove

    def tell(self, changes: Iterable[Change]) -> None:
        """Have changes told."""
        if not self._callbacks or self._closed:
            return
        told = [PromptChange(one.reference.name, one.reference.label, one.before, one.after) for one in changes]
        if not told:
            return
        with self._lock:
            self.dropped += max(0, len(self._waiting) + len(told) - _MOST_WAITING)
            self._waiting.extend(told)
            self._lock.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="promptwire-changes", daemon=True)
                with suppress(RuntimeError):  # the interpreter is on its way out
                    self._thread.start()

    def close(self) -> None:
        """End the thread when what waits has been told; does not wait for it."""
        with self._lock:
            self._closed = True
            self._lock.notify()

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._closed:
                    self._lock.wait()
                if not self._waiting:
                    return
                change = self._waiting.popleft()
                callbacks = self._callbacks
            for callback in callbacks:
                try:
                    callback(change)
                except Exception:  # noqa: BLE001 (the next one is told all the same)
                    _log.exception("a callback of on_change failed for %s", change.name)
