"""Preconditions of a request: `If-Match` (RFC 9110, section 13.1.1), and where a label is expected to lead."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptwire.domain.errors import InvalidInput

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_LIST = re.compile(rf"[ \t]*(?:{_TAG.pattern})?[ \t]*(?:,[ \t]*(?:{_TAG.pattern})?[ \t]*)*")
_DIGITS = 20


def if_match(headers: Iterable[str]) -> frozenset[str] | None:
    """Give the entity tags, without quotes, one of which must be that of the thing; None where any will do.

    A weak tag is never that of anything here, for the comparison is the strong one.

    Raises:
        InvalidInput: When it is neither `*` nor a list of entity tags.
    """
    sent = list(headers)
    text = ",".join(sent).strip(" \t")
    if not sent or text == "*":
        return None
    tags = _TAG.findall(text)
    if not tags or not _LIST.fullmatch(text):
        words = "If-Match must be * or a list of entity tags, each in double quotes as an ETag header has it"
        raise InvalidInput(words, "If-Match")
    return frozenset(tag for weak, tag in tags if not weak)


def expected_version(text: str | None) -> int | None:
    """Read the number of the version that a label is expected to be on, in a query; 0 is none.

    Raises:
        InvalidInput: When it is no such number.
    """
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise InvalidInput("expected_version must be the number of a version, or 0 for none", "expected_version")
    return int(text)
