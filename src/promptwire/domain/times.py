"""Times, as callers write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from promptwire.domain.errors import InvalidInput

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def parse_time(text: str, field: str) -> datetime:
    """Read a time with its zone; gives it in UTC.

    Raises:
        InvalidInput: When it is no RFC 3339 time, naming the field.
    """
    try:
        if _RFC3339.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February, the year 0
        pass
    raise InvalidInput(f"{field} must be an RFC 3339 time, such as 2030-01-31T12:00:00Z", field)
