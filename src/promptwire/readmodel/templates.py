"""Templates that are ready to be filled on the event loop, for as long as that holds nobody up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from gotemplate import LimitError, Limits, Template, TemplateError
from promptwire.domain.errors import DomainError
from promptwire.domain.templates import Source, failed, sources
from promptwire.ports.schemas import CompiledSchema, Schemas
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.chat import Chat, ChatLimitError
from promptwire.wire.chat import Fill as FillOne
from promptwire.wire.chat_shape import ChatError, parse
from promptwire.wire.chat_text import text_of
from promptwire.wire.content import Content, Kind
from promptwire.wire.delivery import Numbers

QUICK = Limits(steps=3_000, output_bytes=256 * 1024, string_chars=64 * 1024, seconds=0.002)
"""What a render may cost on the event loop, about a millisecond; what needs more starts anew, elsewhere."""
MAX_TEXT = 64 * 1024
"""Characters of the templates that are made ready at all."""
MAX_CODE = 8 * 1024
"""Characters inside the actions of templates that are made ready: they are what parsing takes its time for."""
MAX_CHECK = 4_000_000
"""Bytes of a schema, times bytes of variables, up to which they are checked on the event loop."""
_PASSED_OVER = 16
"""Renders that go elsewhere at once after one that was too much, before the event loop is tried again."""


class Slow(Exception):
    """The render needs more than the event loop may give it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What templates and schemas are made ready with."""

    schemas: Schemas
    numbers: Numbers


Variables: TypeAlias = Mapping[str, JsonValue]
Filled: TypeAlias = "str | tuple[str, list[Any]]"
"""What a version says for some variables: a text; of a chat, a text that shows it, and the messages."""
Fill: TypeAlias = Callable[[Variables], Filled]


class Ready:
    """A version to be filled at once, if it turns out to be quick."""

    __slots__ = ("_checked", "_fill", "_kind", "_pass_over", "_schema_size")

    def __init__(self, fill: Fill, kind: Kind, checked: CompiledSchema | None, schema_size: int) -> None:
        self._fill = fill
        self._kind: Kind = kind
        self._checked = checked
        self._schema_size = schema_size
        self._pass_over = 0

    def render(self, variables: Variables, size: int) -> Filled:
        """Fill it with variables that took so many bytes.

        Raises:
            Slow: When it must be done elsewhere.
            RenderFailed: When it fails with these variables.
            InvalidVariables: When they do not satisfy its input schema.
        """
        if self._pass_over:
            self._pass_over -= 1
            raise Slow
        if self._checked is not None:
            if size * self._schema_size > MAX_CHECK:
                raise Slow
            self._checked.check(variables)
        try:
            return self._fill(variables)
        except (LimitError, ChatLimitError):
            self._pass_over = _PASSED_OVER
            raise Slow from None
        except (TemplateError, ChatError) as error:
            raise failed(error, self._kind) from None


class Unready:
    """A version that is never filled on the event loop: too large, or what cannot be filled at all."""

    def render(self, _: Variables, __: int) -> Filled:
        """Say that it must be done elsewhere.

        Raises:
            Slow: Always.
        """
        raise Slow


def prepare(content: Content, engine: Engine) -> Ready | Unready:
    """Make a version ready; takes some milliseconds, and so belongs into a thread."""
    try:
        found = sources(content)
        if sum(len(one.text) for one in found) > MAX_TEXT or sum(_code(one.text) for one in found) > MAX_CODE:
            return Unready()
        schema = content.input_schema
        checked = engine.schemas.compile(schema) if schema is not None else None
        size = len(canonical_json(schema)) if schema is not None else 0
        return Ready(_filling(content, found, engine.numbers), content.kind, checked, size)
    except (TemplateError, ChatError, DomainError):
        return Unready()


def _filling(content: Content, found: tuple[Source, ...], numbers: Numbers) -> Fill:
    if content.kind == "text":
        return Template.parse(found[0].text, numbers=numbers, limits=QUICK).render
    limits = replace(QUICK, steps=QUICK.steps // max(1, len(found)))  # all messages share what there is

    def fill_of(text: str, path: str) -> FillOne:
        return Template.parse(text, name=path, numbers=numbers, limits=limits).render

    chat = Chat(parse(content.messages), fill_of)

    def fill(variables: Variables) -> Filled:
        messages = chat.render(variables)
        return text_of(messages), messages

    return fill


def _code(text: str) -> int:
    """Count the characters inside `{{` and `}}`, about."""
    return sum(len(piece.partition("}}")[0]) for piece in text.split("{{")[1:])
