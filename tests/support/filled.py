"""A row in every table of a store, for tests of what must not leave one out."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    insert,
    select,
)

from promptwire.storage.columns import metadata
from promptwire.storage.store import SqlStore
from promptwire.storage.types import Json, Time

AT = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)


def fill(database: str) -> None:
    """Put a row into each table that has none; what it belongs to is whatever is there."""
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.writer.begin() as connection:
        for table in metadata.sorted_tables:
            if not connection.execute(select(func.count()).select_from(table)).scalar_one():
                connection.execute(insert(table).values(row(connection, table)))


def row(connection: Connection, table: Table) -> dict[str, Any]:
    """Give the values of a row that a table takes; it belongs to whatever is there."""
    return {one.name: _value(connection, table, one) for one in table.columns}


def _value(connection: Connection, table: Table, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        return connection.execute(select(key.column).limit(1)).scalar_one()
    for rule in table.constraints:
        allowed = isinstance(rule, CheckConstraint) and re.match(rf"{column.name} IN \('(\w+)'", str(rule.sqltext))
        if allowed:
            return allowed[1]
    return _of_type(column)


SAMPLES: dict[type[Any], Any] = {
    Boolean: True,
    Integer: 3,
    Float: 0.1,
    LargeBinary: b"\x00\xffsealed",
    Time: AT,
    Json: {"b": [1.5, None, "\u00fc"], "a": {}},
}


def _of_type(column: Column[Any]) -> Any:
    for kind, sample in SAMPLES.items():
        if isinstance(column.type, kind):
            return sample
    return uuid4().hex[:16]
