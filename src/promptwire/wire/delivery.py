"""The delivery protocol: how a process asks which version a reference means, and what it is told.

A process asks `GET /v1/prompts/{slug}/resolve`, with at most one of `label` and `version` (neither: the live
version) and with `team` where the slug alone is ambiguous. The answer is a `Resolved` as JSON with an `ETag`; a later
request with `If-None-Match` is answered 304 while nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, cast

from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content

Numbers = Literal["exact", "float64"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The version that a reference means now."""

    slug: str
    team: str
    """The slug of the team that owns the prompt."""
    prompt_id: str
    version_id: str
    version: int
    status: str
    labels: tuple[str, ...]
    """Every label on the version, in ascending order by code point."""
    content: Content
    content_hash: str
    numbers: Numbers = "exact"
    """How the server's engine reads numbers, so that the process renders the same text."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the answer of the resolve route."""
        return {
            "slug": self.slug,
            "team": self.team,
            "prompt_id": self.prompt_id,
            "version_id": self.version_id,
            "version": self.version,
            "status": self.status,
            "labels": list(self.labels),
            "content": self.content.as_json(),
            "content_hash": self.content_hash,
            "numbers": self.numbers,
        }

    @classmethod
    def from_json(cls, answer: object) -> Resolved:
        """Read the answer of the resolve route; fields that are not known yet are passed over.

        Raises:
            ValueError: When a field is missing or has another type, or the content is not what its hash says.
        """
        fields = _mapping(answer, "answer")
        content = _content(fields.get("content"))
        resolved = cls(
            slug=_string(fields, "slug"),
            team=_string(fields, "team"),
            prompt_id=_string(fields, "prompt_id"),
            version_id=_string(fields, "version_id"),
            version=_integer(fields, "version"),
            status=_string(fields, "status"),
            labels=_strings(fields, "labels"),
            content=content,
            content_hash=_string(fields, "content_hash"),
            numbers="float64" if fields.get("numbers") == "float64" else "exact",
        )
        if content.content_hash != resolved.content_hash:
            raise ValueError("the content is not what its content_hash says")
        return resolved


def etag(answer: bytes) -> str:
    """Give the strong entity tag of an answer, quotes included."""
    return f'"{sha256(answer).hexdigest()[:32]}"'


def _content(value: object) -> Content:
    fields = _mapping(value, "content")
    kind = fields.get("kind")
    if kind not in ("text", "chat"):
        raise ValueError(f"content.kind is {kind!r}, not 'text' or 'chat'")
    return Content(
        kind=kind,
        template=_optional_string(fields, "template"),
        messages=cast("JsonValue", fields.get("messages")),
        model=_optional_string(fields, "model"),
        model_params=cast("JsonValue", fields.get("model_params")),
        tools=cast("JsonValue", fields.get("tools")),
        response_format=cast("JsonValue", fields.get("response_format")),
        input_schema=cast("JsonValue", fields.get("input_schema")),
    )


def _not(name: str, kind: str) -> ValueError:
    return ValueError(f"{name} is not {kind}")


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _not(name, "an object")
    return value


def _string(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise _not(name, "a string")
    return value


def _optional_string(fields: Mapping[str, object], name: str) -> str | None:
    return None if fields.get(name) is None else _string(fields, name)


def _integer(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _not(name, "an integer")
    return value


def _strings(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _not(name, "a list of strings")
    return tuple(value)
