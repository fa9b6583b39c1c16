"""Statements of several rows that SQLite and PostgreSQL write alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Table, delete, select, tuple_
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


def merge(
    connection: Connection,
    table: Table,
    key: tuple[str, ...],
    joined: Callable[[Any], Mapping[str, ColumnElement[Any]]] | None = None,
) -> Executable:
    """Insert rows, or join each with the one with the same key: `joined` is given the new row's columns.

    Without it, a row that is there stays as it is. Rows must be sorted by key, or two who do this at once may wait for
    each other for ever.
    """
    if connection.dialect.name == "postgresql":
        new = postgresql.insert(table)
        if joined is None:
            return new.on_conflict_do_nothing(index_elements=key)
        return new.on_conflict_do_update(index_elements=key, set_=joined(new.excluded))
    other = sqlite.insert(table)
    if joined is None:
        return other.on_conflict_do_nothing(index_elements=key)
    return other.on_conflict_do_update(index_elements=key, set_=joined(other.excluded))


def purge(connection: Connection, table: Table, past: ColumnElement[bool], limit: int) -> int:
    """Remove rows that are past, so many at most; gives how many."""
    key = tuple_(*table.primary_key.columns)
    some = select(*table.primary_key.columns).where(past).limit(limit)
    return connection.execute(delete(table).where(key.in_(some))).rowcount
