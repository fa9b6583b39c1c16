"""Several server processes behind one socket: forked, watched, started again when they die, stopped in order."""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import monotonic
from typing import NoReturn

from promptwire.domain.errors import InvalidInput

_YOUNG = 5.0  # seconds: a worker that did not live longer is not followed by another at once
_PAUSE = 1.0  # seconds
log = logging.getLogger("promptwire.server")


class Crew:
    """The processes that serve, each by a call of `work`, which gets what to call once it takes requests.

    The process that calls `run` serves nothing, so that nothing a request does can end it, and must have no threads.
    """

    def __init__(
        self,
        size: int,
        work: Callable[[Callable[[], None]], None],
        ready: Callable[[], None],
        *,
        patience: float = 15.0,
    ) -> None:
        """Prepare them; `patience` is how many seconds they have from being told to stop until they are killed."""
        if not hasattr(os, "fork"):
            raise InvalidInput("this system cannot run more than one worker", "workers")
        self._size = size
        self._work = work
        self._ready = ready
        self._patience = patience
        self._born: dict[int, float] = {}
        self._waiting = size
        """How many have not said that they take requests, before all have for the first time."""
        self._stopping = False
        self._not_before = 0.0

    def run(self) -> int:
        """Keep so many at work until told to stop; gives the status to end with."""
        self._bell, bell = os.pipe()  # signals
        self._news, self._word = os.pipe()  # a byte of each worker that takes requests
        self._life, self._rope = os.pipe()  # ends when this process does, however it does
        for end in (self._bell, bell):
            os.set_blocking(end, False)
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
        status = 0
        while not self._stopping and status == 0:
            self._fill()
            self._wait(None if len(self._born) == self._size else _PAUSE)
            status = self._reap()
        self._end_all()
        return status

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _fill(self) -> None:
        while len(self._born) < self._size and not self._stopping and monotonic() >= self._not_before:
            process = os.fork()
            if process == 0:
                self._serve()
            self._born[process] = monotonic()

    def _serve(self) -> NoReturn:
        """Be a worker; never returns to what this process was a copy of."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for told in (signal.SIGTERM, signal.SIGINT):
                signal.signal(told, lambda *_: sys.exit(0))
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)  # Ctrl-C is for the process that watches, which then stops each of these once
            os.close(self._rope)
            Thread(target=self._end_with_the_other, name="promptwire-life", daemon=True).start()
            if not self._stopping:
                self._work(self._say_ready)
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            log.exception("a worker could not go on")
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _say_ready(self) -> None:
        os.write(self._word, b"!")

    def _end_with_the_other(self) -> None:
        os.read(self._life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _wait(self, seconds: float | None) -> None:
        heard, _, _ = select.select((self._bell, self._news), (), (), seconds)
        if self._bell in heard:
            with suppress(BlockingIOError):
                while os.read(self._bell, 64):
                    pass
        if self._news in heard:
            came = len(os.read(self._news, 64))
            if self._waiting > 0:
                self._waiting -= came
                if self._waiting <= 0:
                    self._ready()

    def _reap(self) -> int:
        """Take note of who has died; gives a status other than 0 if one did before all served."""
        for process in list(self._born):
            ended, how = os.waitpid(process, os.WNOHANG)
            if not ended:
                continue
            lived = monotonic() - self._born.pop(process)
            if self._stopping:
                continue
            status = os.waitstatus_to_exitcode(how)
            if self._waiting > 0:
                return status if status > 0 else 1
            log.error("a worker has died; another takes its place", extra={"worker": process, "status": status})
            if lived < _YOUNG:
                self._not_before = monotonic() + _PAUSE
        return 0

    def _end_all(self) -> None:
        self._stopping = True
        deadline = monotonic() + self._patience
        self._tell(signal.SIGTERM)
        while self._born and monotonic() < deadline:
            self._wait(deadline - monotonic())
            self._reap()
        if self._born:
            log.error("workers did not stop in time and were killed", extra={"workers": len(self._born)})
            self._tell(signal.SIGKILL)
            for process in self._born:
                os.waitpid(process, 0)

    def _tell(self, what: signal.Signals) -> None:
        for process in self._born:
            with suppress(ProcessLookupError):
                os.kill(process, what)
