"""Pages of lists on `/v1`: px0's clients ask for none, and get the whole list (contracts/px0.md 1.0)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import quote, unquote

from fastapi import Depends, Query
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.domain.changes import timestamp
from promptwire.domain.errors import InvalidInput
from promptwire.domain.pages import Cut, Moment, Named, Page
from promptwire.services.calls import Input

Item = TypeVar("Item")
Place = TypeVar("Place", bound=int | Moment | Named)

_DEFAULT_LIMIT = 50
_MAX_LIMIT = 200
_NUMBER = re.compile(r"before:([1-9][0-9]{0,17})", re.ASCII)
_NAMED = re.compile(r"behind:([0-9a-f\-]{36}):([!-~]*)", re.ASCII)
_MOMENT = re.compile(r"after:([0-9TZ:.\-]{27}):([0-9a-z_\-]{36})", re.ASCII)

Limit = Annotated[str, Query(description="1 to 200; without limit and cursor, the whole list.")]
Cursor = Annotated[str, Query(description="The `next_cursor` of the page before.")]


class Paged(BaseModel):
    """A list of which a page may be asked for; `next_cursor` is there if one was, and null on the last page."""

    next_cursor: str | None = None


def next_cursor(page: Page[Item, Place]) -> dict[str, str | None]:
    """Give the field that says where the next page begins; none where no page was asked for."""
    return {"next_cursor": None if page.next_after is None else encoded(page.next_after)} if page.cut else {}


def read_limit(text: str) -> int:
    """Read how many items a page has at most.

    Raises:
        InvalidInput: When it is no number from 1 to 200.
    """
    if not text:
        return _DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= _MAX_LIMIT:
        raise InvalidInput(f"limit must be a number from 1 to {_MAX_LIMIT}", "limit")
    return int(text)


def encoded(place: int | Moment | Named) -> str:
    """Write a place in a list as a cursor."""
    return urlsafe_b64encode(_text(place).encode()).decode().rstrip("=")


def _text(place: int | Moment | Named) -> str:
    if isinstance(place, int):
        return f"before:{place}"
    if isinstance(place, Named):
        return f"behind:{place.id}:{quote(place.key)}"
    return f"after:{timestamp(place.at)}:{place.id}"


def read_number(cursor: str) -> int:
    """Read the cursor of a list by number.

    Raises:
        InvalidInput: When it is none.
    """
    return int(_decoded(cursor, _NUMBER)[1])


def read_moment(cursor: str) -> Moment:
    """Read the cursor of a list by creation.

    Raises:
        InvalidInput: When it is none.
    """
    found = _decoded(cursor, _MOMENT)
    try:
        return Moment(datetime.fromisoformat(found[1]), found[2])
    except ValueError:
        raise _invalid_cursor() from None


def read_named(cursor: str) -> Named:
    """Read the cursor of a list by name.

    Raises:
        InvalidInput: When it is none.
    """
    found = _decoded(cursor, _NAMED)
    return Named(unquote(found[2]), found[1])


def _decoded(cursor: str, form: re.Pattern[str]) -> re.Match[str]:
    try:
        found = form.fullmatch(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii"))
    except ValueError:
        found = None
    if found is None:
        raise _invalid_cursor()
    return found


def _invalid_cursor() -> InvalidInput:
    return InvalidInput("invalid cursor: pass the next_cursor of the page before, as it is", "cursor")


def _cut(limit: str, cursor: str, read_place: Callable[[str], Place]) -> Input[Cut[Place] | None]:
    if not (limit or cursor):
        return lambda: None
    return deferred(lambda: Cut(limit=read_limit(limit), after=read_place(cursor) if cursor else None))


async def _by_number(limit: Limit = "", cursor: Cursor = "") -> Input[Cut[int] | None]:
    return _cut(limit, cursor, read_number)


async def _by_moment(limit: Limit = "", cursor: Cursor = "") -> Input[Cut[Moment] | None]:
    return _cut(limit, cursor, read_moment)


async def _by_name(limit: Limit = "", cursor: Cursor = "") -> Input[Cut[Named] | None]:
    return _cut(limit, cursor, read_named)


CutByNumber = Annotated[Input[Cut[int] | None], Depends(_by_number)]
CutByMoment = Annotated[Input[Cut[Moment] | None], Depends(_by_moment)]
CutByName = Annotated[Input[Cut[Named] | None], Depends(_by_name)]
