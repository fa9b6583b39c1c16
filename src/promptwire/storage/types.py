"""Column types that mean the same on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator

from promptwire.wire.canonical import JsonValue, canonical_json

ID_LENGTH = 36


def Id() -> String:  # noqa: N802 - it stands where a type stands
    """Give the type of a UUID in its canonical text form."""
    return String(ID_LENGTH)


class Time(TypeDecorator[datetime]):
    """A moment with microseconds, always in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a moment to UTC; SQLite stores it without its zone."""
        if value is None:
            return None
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
