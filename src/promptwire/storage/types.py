"""Column types that mean the same on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from promptwire.domain.errors import InvalidInput
from promptwire.wire.canonical import JsonValue, canonical_json

ID_LENGTH = 36


def _can_be_stored(text: str) -> bool:
    """Tell whether both databases can hold a text: PostgreSQL knows no NUL, and UTF-8 no lone surrogate."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Words(TypeDecorator[str]):
    """A text; one that cannot be stored is refused when written, and equals nothing when looked for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse what one of the databases could not hold.

        Raises:
            InvalidInput: For a text with a NUL or a lone surrogate.
        """
        del dialect
        if value is not None and not _can_be_stored(value):
            raise InvalidInput("a text must not contain NUL characters or lone surrogates")
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:  # noqa: ANN401 - SQLAlchemy's
        """Give the type of what the column is compared to."""
        del op, value
        return _Sought()


class _Sought(TypeDecorator[str]):
    """A text that is looked for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Put NULL, which equals nothing, in the place of what cannot be there."""
        del dialect
        return value if value is None or _can_be_stored(value) else None


class Line(_Words):
    """A text of limited length."""

    cache_ok = True


class Prose(_Words):
    """A text of any length."""

    impl = Text
    cache_ok = True


def Id() -> Line:  # noqa: N802 - it stands where a type stands
    """Give the type of a UUID in its canonical text form."""
    return Line(ID_LENGTH)


def storable(text: str) -> bool:
    """Tell whether a row could hold a text; PostgreSQL cannot even be asked about one with a NUL."""
    return "\0" not in text


class Time(TypeDecorator[datetime]):
    """A moment with microseconds, always in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a moment to UTC; SQLite stores it without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value} has no zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a moment its zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[JsonValue]):
    """A JSON value as canonical text, so that what is hashed is what is stored; null is SQL's NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str | None:
        """Write the value."""
        del dialect
        return None if value is None else canonical_json(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> JsonValue:  # noqa: ANN401 - the driver's
        """Read the value."""
        del dialect
        return None if value is None else json.loads(value)
