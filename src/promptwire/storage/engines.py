"""Connections to SQLite and to PostgreSQL: of each, one engine to read and one to write."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from promptwire.domain.errors import InvalidInput

BUSY_TIMEOUT_MS = 5_000
_SQLITE_READERS = 2
_POSTGRES_CONNECTIONS = 4
_STATEMENT_TIMEOUT_MS = 10_000
_LOCK_TIMEOUT_MS = 5_000


@dataclass(frozen=True, slots=True)
class Engines:
    """The two engines of a store, and how many units of work each runs at once."""

    reader: Engine
    writer: Engine
    readers: int
    writers: int

    @property
    def is_sqlite(self) -> bool:
        """Tell which database this is."""
        return self.writer.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()


def open_engines(database: str) -> Engines:
    """Open the database of a URL, such as `sqlite:///data/promptwire.db` or `postgresql://user@host/name`.

    Raises:
        InvalidInput: When the URL is none, or names a database that is not supported.
    """
    try:
        url = make_url(database)
    except ArgumentError:
        raise InvalidInput(f"the database URL {database!r} cannot be read", "database") from None
    match url.get_backend_name():
        case "sqlite":
            return _open_sqlite(url.set(drivername="sqlite+pysqlite"))
        case "postgresql" | "postgres":
            return _open_postgres(url.set(drivername="postgresql+psycopg"))
        case other:
            raise InvalidInput(f"the database {other!r} is not supported: use sqlite or postgresql", "database")


def _open_sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise InvalidInput("the SQLite database needs a file: sqlite:///path/to/promptwire.db", "database")
    return Engines(
        reader=_sqlite_engine(url, begin="BEGIN", size=_SQLITE_READERS, read_only=True),
        writer=_sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1, read_only=False),
        readers=_SQLITE_READERS,
        writers=1,
    )


def _sqlite_engine(url: URL, *, begin: str, size: int, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - the pool's own
        connection.isolation_level = None  # the `begin` event below begins, not the driver
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"query_only = {'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _open_postgres(url: URL) -> Engines:
    try:
        return Engines(
            reader=_postgres_engine(url, isolation_level="REPEATABLE READ", read_only=True),
            writer=_postgres_engine(url, isolation_level="READ COMMITTED", read_only=False),
            readers=_POSTGRES_CONNECTIONS,
            writers=_POSTGRES_CONNECTIONS,
        )
    except ModuleNotFoundError:
        raise InvalidInput(
            "PostgreSQL needs its driver: pip install 'promptwire[server,postgres]'", "database"
        ) from None


def _postgres_engine(url: URL, *, isolation_level: str, read_only: bool) -> Engine:
    options = (
        f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
        f"-c lock_timeout={_LOCK_TIMEOUT_MS}",
        f"-c default_transaction_read_only={'on' if read_only else 'off'}",
        *_words(url.query.get("options", ())),  # the operator's own come last, and win
    )
    engine = create_engine(
        url,
        pool_size=_POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level=isolation_level,
        connect_args={"options": " ".join(options)},
    )
    event.listen(engine, "handle_error", _hide_values)
    return engine


def _words(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _hide_values(context: ExceptionContext) -> None:
    """Keep the detail of an error, which shows whole rows, out of exceptions: they end in logs."""
    diagnosis = getattr(context.original_exception, "diag", None)
    summary = getattr(diagnosis, "message_primary", None)
    if summary and context.sqlalchemy_exception:
        context.original_exception.args = (summary,)
        context.sqlalchemy_exception.args = (f"({type(context.original_exception).__name__}) {summary}",)
