"""Scores: what somebody, or something, thinks of what a version led to (docs/reference/scores.md)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from promptwire.wire import fields
from promptwire.wire.canonical import JsonValue

MAX_SCORES = 500
"""Scores in one request."""
MAX_NAME = 100
"""Code points in a score's name, and in a category."""
MAX_TRACE_ID = 128
MAX_COMMENT = 2_000
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)

ScoreValue: TypeAlias = bool | int | float | str
"""True or false, a number, or a category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One score."""

    id: str
    """A UUID that no other score of the prompt has: a score that comes twice counts once."""
    name: str
    """What was judged: `helpful`, `answer_length`."""
    value: ScoreValue
    trace_id: str | None = None
    """The trace of the model call."""
    comment: str | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as a request has it."""
        return {
            "id": self.id,
            "name": self.name,
            "value": self.value,
            "trace_id": self.trace_id,
            "comment": self.comment,
        }

    @classmethod
    def from_json(cls, value: object) -> Score:
        """Read one, and check it.

        Raises:
            ValueError: When it cannot be one.
        """
        found = fields.mapping(value, "score")
        given = found.get("value")
        if not isinstance(given, bool | int | float | str):
            raise fields.wrong("value", "true, false, a number or a text")
        score = cls(
            id=fields.string(found, "id"),
            name=fields.string(found, "name"),
            value=given,
            trace_id=fields.optional_string(found, "trace_id"),
            comment=fields.optional_string(found, "comment"),
        )
        check(score)
        return score


def check(score: Score) -> None:
    """Refuse what the server would refuse.

    Raises:
        ValueError: Naming the field.
    """
    given: object = score.value
    if not isinstance(given, bool | int | float | str):
        raise fields.wrong("value", "true, false, a number or a text")
    if not isinstance(given, str) and not _is_finite(given):
        raise ValueError("value must be a finite number")
    if not _UUID.fullmatch(score.id):
        raise fields.wrong("id", "a UUID such as 01234567-89ab-cdef-0123-456789abcdef")
    for name, text, most in _bounds(score):
        if text is None:
            continue
        if not isinstance(text, str):
            raise fields.wrong(name, "a text")
        if name != "comment" and not text.strip():
            raise ValueError(f"{name} must not be empty")
        if len(text) > most:
            raise ValueError(f"{name} must be at most {most} characters")
        if "\0" in text or not _is_unicode(text):
            raise ValueError(f"{name} must not contain NUL characters or lone surrogates")


def _bounds(score: Score) -> tuple[tuple[str, object, int], ...]:
    return (
        ("name", score.name, MAX_NAME),
        ("value", score.value if isinstance(score.value, str) else None, MAX_NAME),
        ("trace_id", score.trace_id, MAX_TRACE_ID),
        ("comment", score.comment, MAX_COMMENT),
    )


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def scores_path(prompt: str, version: str, query: Mapping[str, str] | None = None) -> str:
    """Give where the scores of a version go; all parts are percent-encoded already."""
    asked = "&".join(f"{name}={value}" for name, value in (query or {}).items())
    return f"/v1/prompts/{prompt}/versions/{version}/scores{'?' if asked else ''}{asked}"
