"""Pages with numbers on `/v1`, as px0 has them for people: what is no number counts as not given."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.pages import Cursor, encoded, read_moment
from promptwire.domain.numbered_pages import Counted, Numbered
from promptwire.domain.pages import Cut
from promptwire.services.calls import Input

_DEFAULT_LIMIT = 10
_MAX_LIMIT = 1000
_MAX_NUMBER = 10**9


class NumberedPage(BaseModel):
    """Where a page stands in its list."""

    page: int
    limit: int
    total: int
    next_cursor: str | None
    """What the next page may be asked for with, instead of its number; null on the last page."""


def numbers_of(counted: Counted[Any]) -> dict[str, Any]:
    """Give the fields of a numbered page."""
    after = counted.page.next_after
    return {
        "page": counted.asked.number,
        "limit": counted.asked.cut.limit,
        "total": counted.total,
        "next_cursor": None if after is None else encoded(after),
    }


def _number(text: str, default: int, most: int) -> int:
    number = int(text) if re.fullmatch(r"\+?[0-9]{1,18}", text, re.ASCII) else 0
    return min(number, most) or default


def _numbered(page: str, limit: str, cursor: str) -> Input[Numbered]:
    def make() -> Numbered:
        after = read_moment(cursor) if cursor else None
        at_most = _number(limit, _DEFAULT_LIMIT, _MAX_LIMIT)
        return Numbered(number=_number(page, 1, _MAX_NUMBER), cut=Cut(limit=at_most, after=after))

    return deferred(make)


_Page = Annotated[str, Query(description="1 when not given.")]


async def _page_and_limit(
    page: _Page = "",
    limit: Annotated[str, Query(description=f"1 to {_MAX_LIMIT}; {_DEFAULT_LIMIT} when not given.")] = "",
    cursor: Cursor = "",
) -> Input[Numbered]:
    return _numbered(page, limit, cursor)


async def _page_of_ten(page: _Page = "", cursor: Cursor = "") -> Input[Numbered]:
    return _numbered(page, "", cursor)


NumberedInput = Annotated[Input[Numbered], Depends(_page_and_limit)]
PageOfTen = Annotated[Input[Numbered], Depends(_page_of_ten)]
"""px0's members: a page of a team has ten of them, whatever is asked for."""
