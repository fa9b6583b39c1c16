"""Pages in SQL: by the place of the last item seen, so that what is added meanwhile shifts nothing."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, and_, or_

from promptwire.domain.pages import Cut, Moment

Place = TypeVar("Place")
_MAX_INTEGER = 2**31 - 1
"""Of a column; PostgreSQL refuses to compare it with more, and nothing lies beyond."""


def newest_first(statement: Select[Any], table: Table, cut: Cut[Moment] | None) -> Select[Any]:
    """Order by creation and cut a page out, with one row more than its limit."""
    at, id_ = table.c.created_at, table.c.id
    if cut and cut.after:
        same_time = and_(at == cut.after.at, id_ > cut.after.id)
        statement = statement.where(or_(at < cut.after.at, same_time))
    return _limited(statement.order_by(at.desc(), id_), cut)


def highest_first(statement: Select[Any], number: ColumnElement[int], cut: Cut[int] | None) -> Select[Any]:
    """Order by number and cut a page out, with one row more than its limit."""
    if cut and cut.after is not None and cut.after <= _MAX_INTEGER:
        statement = statement.where(number < cut.after)
    return _limited(statement.order_by(number.desc()), cut)


def _limited(statement: Select[Any], cut: Cut[Place] | None) -> Select[Any]:
    return statement.limit(cut.limit + 1) if cut else statement
