"""Pages with numbers in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from promptwire.domain.numbered_pages import Numbered


def oldest_first(
    statement: Select[Any], at: ColumnElement[datetime], item_id: ColumnElement[str], asked: Numbered
) -> Select[Any]:
    """Order by time, by id where that is equal, and cut a page out, with one row more than its limit."""
    after = asked.cut.after
    if after:
        statement = statement.where(or_(at > after.at, and_(at == after.at, item_id > after.id)))
    return statement.order_by(at, item_id).offset(asked.skip).limit(asked.cut.limit + 1)
