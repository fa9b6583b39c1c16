"""A part of a list, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from promptwire.domain.pages import Slice


def sliced(
    statement: Select[Any],
    part: Slice[Any],
    key: ColumnElement[Any],
    item_id: ColumnElement[str],
    *,
    descending: bool = False,
) -> Select[Any]:
    """Sort by a key, and by id where that is equal, and give only the part asked for."""
    if part.after:
        last, last_id = part.after
        beyond = key < last if descending else key > last
        statement = statement.where(or_(beyond, and_(key == last, item_id > last_id)))
    statement = statement.order_by(key.desc() if descending else key, item_id)
    return statement.offset(part.skip or None).limit(part.limit)
