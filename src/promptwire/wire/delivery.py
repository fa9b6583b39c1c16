"""The delivery protocol: how a process asks which version a reference means, and what it is told.

A process asks `GET /v1/prompts/{slug}/resolve`, with at most one of `label` and `version` (neither: the live
version) and with `team` where the slug alone is ambiguous. The answer is a `Resolved` as JSON with an `ETag`; a later
request with `If-None-Match` is answered 304 while nothing changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, cast

from promptwire.wire import fields
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
        answered = fields.mapping(answer, "answer")
        content = content_from_json(answered.get("content"))
        resolved = cls(
            slug=fields.string(answered, "slug"),
            team=fields.string(answered, "team"),
            prompt_id=fields.string(answered, "prompt_id"),
            version_id=fields.string(answered, "version_id"),
            version=fields.integer(answered, "version"),
            status=fields.string(answered, "status"),
            labels=fields.strings(answered, "labels"),
            content=content,
            content_hash=fields.string(answered, "content_hash"),
            numbers="float64" if answered.get("numbers") == "float64" else "exact",
        )
        if content.content_hash != resolved.content_hash:
            raise ValueError("the content is not what its content_hash says")
        return resolved


def etag(answer: bytes) -> str:
    """Give the strong entity tag of an answer, quotes included."""
    return f'"{sha256(answer).hexdigest()[:32]}"'


def content_from_json(value: object) -> Content:
    """Read the content of a version.

    Raises:
        ValueError: When a field has another type.
    """
    content = fields.mapping(value, "content")
    kind = content.get("kind")
    if kind not in ("text", "chat"):
        raise ValueError(f"content.kind is {kind!r}, not 'text' or 'chat'")
    return Content(
        kind=kind,
        template=fields.optional_string(content, "template"),
        messages=cast("JsonValue", content.get("messages")),
        model=fields.optional_string(content, "model"),
        model_params=cast("JsonValue", content.get("model_params")),
        tools=cast("JsonValue", content.get("tools")),
        response_format=cast("JsonValue", content.get("response_format")),
        input_schema=cast("JsonValue", content.get("input_schema")),
    )
