"""What a database says when it cannot work now, apart from what it says of a bug of ours."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_PRIMARY = 0xFF  # an extended result code of SQLite carries the primary one in its last byte

_POSTGRES_CLASSES = frozenset({"08", "28", "3D", "40", "53", "57", "58"})
"""Connection, login, database gone, rolled back, out of disk or memory or connections, stopped or cancelled, I/O."""
_POSTGRES_STATES = frozenset({"25006", "25P03", "55P03", "XX001", "XX002"})
"""Read-only since a failover, idle too long, lock not available, corrupt table, corrupt index."""
_ASKS_AGAIN = frozenset({"40001", "40P01", "23503"})
"""Serialization failure, deadlock: the next try may do. Foreign key: what was found a moment ago has been removed by
somebody else meanwhile, so the next try finds nothing, and says that."""


def is_outage(error: DBAPIError) -> bool:
    """Tell whether the database cannot work now, or not on this; everything else it refuses is a bug."""
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY) in _SQLITE
    state = _state(error)
    if state is None:
        return (
            error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
        )  # no word from the server
    return state[:2] in _POSTGRES_CLASSES or state in _POSTGRES_STATES


def asks_again(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL asks for the transaction to be tried again, or another one came between."""
    return _state(error) in _ASKS_AGAIN


def is_taken(error: DBAPIError) -> bool:
    """Tell whether a unique constraint or primary key is broken."""
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0)
        return code in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
    return _state(error) == "23505"


def reason(error: DBAPIError) -> str:
    """Give the database's own words, in one line."""
    return " ".join(str(error.orig).split())


def _state(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None
