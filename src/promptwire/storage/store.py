"""The store: runs units of work, each with one hop to a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from promptwire.domain.errors import Unavailable
from promptwire.storage.engines import Engines, open_engines
from promptwire.storage.transaction import SqlTransaction

Result = TypeVar("Result")
_TRIES = 5
_RETRIED_STATES = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL asks to try again


class SqlStore:
    """Everything on one database; units of work are plain functions of a transaction."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self._readers = ThreadPoolExecutor(engines.readers, thread_name_prefix="promptwire-read")
        self._writers = ThreadPoolExecutor(engines.writers, thread_name_prefix="promptwire-write")

    @classmethod
    def open(cls, database: str) -> SqlStore:
        """Open the store of a database URL; it must be migrated already."""
        return cls(open_engines(database))

    async def read(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Run a unit of work that changes nothing, on one consistent state."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    async def write(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Run a unit of work and commit it; an error undoes all of it.

        A caller that stops waiting does not stop the work: it is committed, or not, as a whole.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.write_now, work)

    def read_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Do what `read` does, in the caller's thread."""
        try:
            with self.engines.reader.connect() as connection, connection.begin():
                return work(SqlTransaction(connection))
        except (OperationalError, PoolTimeout) as error:
            raise Unavailable from error

    def write_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Do what `write` does, in the caller's thread."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._write_once(work)
            except PoolTimeout as error:
                raise Unavailable from error
            except DBAPIError as error:
                asks_again = getattr(error.orig, "sqlstate", None) in _RETRIED_STATES
                if asks_again and attempt < _TRIES:
                    continue
                if asks_again or isinstance(error, OperationalError):
                    raise Unavailable from error
                raise
        raise AssertionError("the last try returns or raises")

    def _write_once(self, work: Callable[[SqlTransaction], Result]) -> Result:
        with self.engines.writer.connect() as connection, connection.begin():
            transaction = SqlTransaction(connection)
            result = work(transaction)
            transaction.append_recorded()
            return result

    def close(self) -> None:
        """Finish what is running, and close every connection."""
        self._readers.shutdown()
        self._writers.shutdown()
        self.engines.dispose()
