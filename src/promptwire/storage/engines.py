"""Connections to SQLite and to PostgreSQL: of each, one engine to read, one to write, one to follow the change log."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from promptwire.domain.errors import InvalidInput

BUSY_TIMEOUT_MS = 5_000
_SQLITE_READERS = 2
_POSTGRES_CONNECTIONS = 4
_CONNECT_TIMEOUT_S = "10"
_POOL_TIMEOUT_S = 30.0
_STATEMENT_TIMEOUT_MS = 10_000
_LOCK_TIMEOUT_MS = 5_000
_WATCHERS = 2  # one waits for a sign that the log has grown, the other reads what is new
POSTGRES_CONNECTIONS_IN_ALL = 2 * _POSTGRES_CONNECTIONS + _WATCHERS
"""Connections that a server process takes at most."""
_WATCH_TIMEOUT_S = 2  # that a server has vanished, and that it is back, is to be noticed soon


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of a store, and how many units of work each runs at once."""

    reader: Engine
    writer: Engine
    watcher: Engine
    """To follow the change log with, beside all that is going on."""
    readers: int
    writers: int
    name: str
    """How an operator calls the database; no password in it."""
    file: Path | None = None
    """The file of SQLite."""

    @property
    def is_sqlite(self) -> bool:
        """Tell which database this is."""
        return self.writer.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every connection."""
        for engine in (self.reader, self.writer, self.watcher):
            engine.dispose()


def open_engines(database: str | Path) -> Engines:
    """Open a SQLite file, or the database of a URL such as `sqlite:///data/promptwire.db`.

    Raises:
        InvalidInput: When the URL is none, or names a database that is not supported.
    """
    url = URL.create("sqlite", database=str(database)) if isinstance(database, Path) else _read(database)
    match url.get_backend_name():
        case "sqlite":
            return _open_sqlite(url.set(drivername="sqlite+pysqlite"))
        case "postgresql" | "postgres":
            return _open_postgres(url.set(drivername="postgresql+psycopg"))
        case other:
            raise InvalidInput(f"the database {other!r} is not supported: use sqlite or postgresql", "database")


def _read(database: str) -> URL:
    try:
        return make_url(database)
    except (ArgumentError, ValueError):  # which may repeat the URL, and the password in it
        raise InvalidInput(
            "the database URL cannot be read: it looks like postgresql://user:password@host:5432/name "
            "or sqlite:///path/to/promptwire.db",
            "database",
        ) from None


def _open_sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise InvalidInput("the SQLite database needs a file: sqlite:///path/to/promptwire.db", "database")
    as_uri = url.query.get("uri") == "true"
    if url.query and not as_uri:
        raise InvalidInput("the URL of a SQLite database takes no options after a question mark", "database")
    return Engines(
        reader=_sqlite_engine(url, begin="BEGIN", size=_SQLITE_READERS, read_only=True),
        writer=_sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1, read_only=False),
        watcher=_sqlite_engine(url, begin="BEGIN", size=_WATCHERS, read_only=True, pool_timeout=_WATCH_TIMEOUT_S),
        readers=_SQLITE_READERS,
        writers=1,
        name=url.database,
        file=None if as_uri else Path(url.database),
    )


def _sqlite_engine(
    url: URL, *, begin: str, size: int, read_only: bool, pool_timeout: float = _POOL_TIMEOUT_S
) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=pool_timeout,
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
            "secure_delete = ON",  # what is purged is to be nowhere in the file, nor any older copy of it
            f"query_only = {'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _open_postgres(url: URL) -> Engines:
    hasty = _with_defaults(url, connect_timeout=f"{_WATCH_TIMEOUT_S}", tcp_user_timeout=f"{_WATCH_TIMEOUT_S}000")
    url = _with_defaults(url, connect_timeout=_CONNECT_TIMEOUT_S)
    try:
        return Engines(
            reader=_postgres_engine(url, isolation_level="REPEATABLE READ", read_only=True),
            writer=_postgres_engine(url, isolation_level="READ COMMITTED", read_only=False),
            watcher=_postgres_engine(
                hasty,
                isolation_level="REPEATABLE READ",
                read_only=True,
                size=_WATCHERS,
                pool_timeout=_WATCH_TIMEOUT_S,
            ),
            readers=_POSTGRES_CONNECTIONS,
            writers=_POSTGRES_CONNECTIONS,
            name=URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string(),
        )
    except ModuleNotFoundError:
        raise InvalidInput(
            "PostgreSQL needs its driver: pip install 'promptwire[server,postgres]'", "database"
        ) from None


def _with_defaults(url: URL, **options: str) -> URL:
    """Set the options of a URL that an operator has left open."""
    return url.update_query_dict({name: value for name, value in options.items() if name not in url.query})


def _postgres_engine(
    url: URL,
    *,
    isolation_level: str,
    read_only: bool,
    size: int = _POSTGRES_CONNECTIONS,
    pool_timeout: float = _POOL_TIMEOUT_S,
) -> Engine:
    options = (
        f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
        f"-c lock_timeout={_LOCK_TIMEOUT_MS}",
        f"-c default_transaction_read_only={'on' if read_only else 'off'}",
        # A busy label and a quiet one want different plans; the one for all is five times slower on a long history.
        "-c plan_cache_mode=force_custom_plan",
        *_words(url.query.get("options", ())),  # the operator's own come last, and win
    )
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=pool_timeout,
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
