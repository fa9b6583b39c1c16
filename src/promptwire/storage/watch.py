"""Waiting until another process may have written: a look at SQLite's counter of changes, or PostgreSQL's word."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from threading import Event
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy.pool import PoolProxiedConnection

from promptwire.storage.changes import CHANNEL
from promptwire.storage.engines import Engines

_SQLITE_EVERY = 0.05
_POSTGRES_EVERY = 1.0


class Watch(Protocol):
    """A connection that notices when the log may have grown."""

    def wait(self) -> None:
        """Return when there may be something new, when it is time to look anyway, or when woken."""
        ...

    def __enter__(self) -> Self:
        """Use it until the end of a block."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connection."""
        ...


class Bell:
    """Wakes whoever waits for one of several things, from any thread, for good."""

    def __init__(self) -> None:
        self._rung = Event()
        self._rope: socket.socket
        self.wire: socket.socket
        """Can be read from once the bell was rung."""

    def open(self) -> None:
        """Take from the system what it needs; nothing can wait for it before."""
        self._rope, self.wire = socket.socketpair()

    @property
    def has_rung(self) -> bool:
        """Tell whether it was rung."""
        return self._rung.is_set()

    def ring(self) -> None:
        """Wake who waits, and everybody who would."""
        self._rung.set()
        self._rope.send(b"!")

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; tells whether it was rung."""
        return self._rung.wait(seconds)

    def close(self) -> None:
        """Give back what the system has lent."""
        self._rope.close()
        self.wire.close()


def open_watch(engines: Engines, bell: Bell, every: float | None) -> Watch:
    """Begin to watch a store, looking so often, in seconds, whatever is heard.

    Raises:
        DBAPIError: When the database cannot be reached.
    """
    connection = engines.watcher.raw_connection()
    if engines.is_sqlite:
        return _SqliteWatch(connection, bell, every or _SQLITE_EVERY)
    return _PostgresWatch(connection, bell, every or _POSTGRES_EVERY)


class _Watch:
    def __init__(self, connection: PoolProxiedConnection, bell: Bell, every: float) -> None:
        self._connection = connection
        self._driver: Any = connection.driver_connection
        self._bell = bell
        self._every = every

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.invalidate()  # what it listens to, and whatever is wrong with it, goes with it


class _SqliteWatch(_Watch):
    """`PRAGMA data_version` is another number after each commit of another connection, and costs 4 µs."""

    def __init__(self, connection: PoolProxiedConnection, bell: Bell, every: float) -> None:
        super().__init__(connection, bell, every)
        self._version: int | None = None

    def wait(self) -> None:
        """Return once the file was written; the first time at once."""
        before, self._version = self._version, self._read()
        while self._version == before and not self._bell.wait(self._every):
            self._version = self._read()

    def _read(self) -> int:
        version: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        return version


class _PostgresWatch(_Watch):
    """Every commit to the log notifies; a notification may get lost, so it is only a reason to look sooner."""

    def __init__(self, connection: PoolProxiedConnection, bell: Bell, every: float) -> None:
        super().__init__(connection, bell, every)
        self._driver.autocommit = True
        self._driver.execute(f"LISTEN {CHANNEL}")
        self._listens = False

    def wait(self) -> None:
        """Return at a notification; the first time at once, for it may have come before one listened."""
        if not self._listens:
            self._listens = True
            return
        ready, _, _ = select.select([self._driver, self._bell.wire], (), (), self._every)
        if self._driver in ready:
            self._driver.pgconn.consume_input()
            _drain(self._driver.pgconn.notifies)


def _drain(read: Callable[[], object]) -> None:
    while read() is not None:
        pass
