"""The store: runs units of work, each with one hop to a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from promptwire.domain.changes import Entry
from promptwire.domain.errors import DomainError, Unavailable
from promptwire.storage.engines import Engines, open_engines
from promptwire.storage.failures import asks_again, is_outage, reason
from promptwire.storage.transaction import SqlTransaction

Result = TypeVar("Result")
_TRIES = 5
log = logging.getLogger("promptwire.storage")


class SqlStore:
    """Everything on one database; units of work are plain functions of a transaction."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.committed: Callable[[Sequence[Entry]], None] = _nobody
        """Told what a transaction has appended to the change log, in the thread that committed it; never raises."""
        self.around: Callable[[str, Callable[..., Any]], Callable[..., Any]] | None = None
        """Puts something around every unit of work that is handed over, `read` or `write`, for telemetry."""
        self._readers = ThreadPoolExecutor(engines.readers, thread_name_prefix="promptwire-read")
        self._writers = ThreadPoolExecutor(engines.writers, thread_name_prefix="promptwire-write")

    @classmethod
    def open(cls, database: str | Path) -> SqlStore:
        """Open the store in a SQLite file, or of a database URL; it must be migrated before it is used."""
        return cls(open_engines(database))

    async def read(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Run a unit of work that changes nothing, on one consistent state."""
        run = self.read_now if self.around is None else self.around("read", self.read_now)
        return await self._run(self._readers, run, work)

    async def write(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Run a unit of work and commit it; an error undoes all of it.

        A caller that stops waiting does not stop the work: it is committed, or not, as a whole.
        """
        run = self.write_now if self.around is None else self.around("write", self.write_now)
        return await self._run(self._writers, run, work)

    async def _run(
        self,
        threads: ThreadPoolExecutor,
        run: Callable[[Callable[[SqlTransaction], Result]], Result],
        work: Callable[[SqlTransaction], Result],
    ) -> Result:
        in_context = copy_context().run  # logs of the other thread name the request too
        return await asyncio.get_running_loop().run_in_executor(threads, in_context, run, work)

    def read_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Do what `read` does, in the caller's thread."""
        with _domain_errors(), self.engines.reader.connect() as connection, connection.begin():
            return work(SqlTransaction(connection))

    def write_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Do what `write` does, in the caller's thread."""
        with _domain_errors():
            for _ in range(1, _TRIES):
                try:
                    return self._write_once(work)
                except DBAPIError as error:
                    if not asks_again(error):
                        raise
            return self._write_once(work)

    def _write_once(self, work: Callable[[SqlTransaction], Result]) -> Result:
        with self.engines.writer.connect() as connection, connection.begin():
            transaction = SqlTransaction(connection)
            result = work(transaction)
            entries = transaction.append_recorded()
        if entries:
            self.committed(entries)
        return result

    async def scrub(self) -> None:
        """Bring everything into SQLite's file and leave its log empty; elsewhere that is the operator's to do.

        Raises:
            Unavailable: When others read what was there for too long.
        """
        if self.engines.is_sqlite:
            await asyncio.get_running_loop().run_in_executor(self._writers, self._empty_log)

    def _empty_log(self) -> None:
        with _domain_errors(), closing(self.engines.writer.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = bool(cursor.fetchall()[0][0])
        if is_busy:
            raise Unavailable

    def close(self) -> None:
        """Finish what is running, and close every connection."""
        self._readers.shutdown()
        self._writers.shutdown()
        self.engines.dispose()


def _nobody(_: Sequence[Entry]) -> None:
    """Tell nobody."""


@contextmanager
def _domain_errors() -> Iterator[None]:
    """Say in the domain's words that the database cannot work now; what else it refuses is a bug, and stays one."""
    try:
        yield
    except PoolTimeout as error:
        log.error("every connection to the database is in use")  # noqa: TRY400 - the pool's traceback says no more
        raise Unavailable from error
    except DBAPIError as error:
        if not is_outage(error):
            raise
        log.error("the database is not available", extra={"reason": reason(error)})  # noqa: TRY400 - the same
        raise Unavailable from error
    except StatementError as error:
        if isinstance(error.orig, DomainError):
            raise error.orig from None
        raise
