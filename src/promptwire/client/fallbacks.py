"""Fallbacks: what a caller gives along, for when there is nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, cast

from promptwire.client.book import Book, UsesKey
from promptwire.client.prompt import Confirmation, Prompt, Uses
from promptwire.client.reference import Reference
from promptwire.client.renderer import Renderer
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved

Fallback: TypeAlias = "str | Sequence[Mapping[str, object]]"
"""The template of a text, or the messages of a chat, as they would stand in the registry."""

_NEVER = Confirmation(float("-inf"), 0.0)


def fallback_prompt(reference: Reference, fallback: Fallback, book: Book, *, strict: bool) -> Prompt:
    """Make a prompt of a fallback."""
    make = _text if isinstance(fallback, str) else _chat
    resolved, renderer = make(reference, fallback, strict)  # type: ignore[arg-type]  # each is the one for its type
    return Prompt(
        slug=resolved.slug,
        team=resolved.team,
        label=reference.label,
        version=0,
        status="",
        labels=(),
        kind=resolved.content.kind,
        content_hash=resolved.content_hash,
        source="fallback",
        _content=resolved.content,
        _renderer=renderer,
        _confirmation=_NEVER,
        _uses=book.uses.setdefault(UsesKey(reference, 0, "fallback", ""), Uses()),
    )


@lru_cache(maxsize=256)
def _text(reference: Reference, text: str, strict: bool) -> tuple[Resolved, Renderer]:  # noqa: FBT001 (the cache tells calls apart)
    return _ready(reference, Content(template=text), strict=strict)


def _chat(reference: Reference, messages: Sequence[Mapping[str, object]], strict: bool) -> tuple[Resolved, Renderer]:  # noqa: FBT001 (as above)
    return _ready(reference, Content(kind="chat", messages=cast("JsonValue", list(messages))), strict=strict)


def _ready(reference: Reference, content: Content, *, strict: bool) -> tuple[Resolved, Renderer]:
    resolved = Resolved(
        slug=reference.slug,
        team=reference.name.rpartition("/")[0],
        prompt_id="",
        version_id="",
        version=0,
        status="",
        labels=(),
        content=content,
        content_hash=content.content_hash,
    )
    return resolved, Renderer(resolved, strict=strict)
