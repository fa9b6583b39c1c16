"""Statements of several rows that SQLite and PostgreSQL write alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection,
    table: Table,
    values: dict[str, Any],
    key: tuple[str, ...],
    *,
    where: ColumnElement[bool] | None = None,
) -> Executable:
    """Insert a row, or put it in the place of the one with the same key if that is as `where` says."""
    if connection.dialect.name == "postgresql":
        return (
            postgresql.insert(table).values(values).on_conflict_do_update(index_elements=key, set_=values, where=where)
        )
    return sqlite.insert(table).values(values).on_conflict_do_update(index_elements=key, set_=values, where=where)


def purge(connection: Connection, table: Table, past: ColumnElement[bool], limit: int) -> int:
    """Remove rows that are past, so many at most; gives how many."""
    some = select(table.c.id).where(past).limit(limit)
    return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount
