"""Templates as the registry uses them: checked when written, parsed once, rendered within bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from gotemplate import LimitError, Template, TemplateError
from promptwire.domain.errors import InvalidTemplate, RenderFailed, RenderLimitExceeded
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.chat import Chat, ChatLimitError, Fill
from promptwire.wire.chat_shape import ChatError, parse, turns
from promptwire.wire.chat_text import text_of
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

MAX_ACTIONS: Final = 5_000
"""In all messages of a chat; as many as one template may have (gotemplate.Limits)."""

_PARSED_AT_MOST = 256


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a version says for some variables."""

    text: str
    """The text, or the text form of the messages (`wire.chat_text`)."""
    messages: list[Any] | None = None
    """Those of a chat, as OpenAI's client takes them."""


@dataclass(frozen=True, slots=True)
class Source:
    """One template of a version, and what it is called: nothing for a text, the path of its message in a chat."""

    path: str | None
    text: str


def sources(content: Content) -> tuple[Source, ...]:
    """Give every template of a version, in the order in which they stand."""
    if content.kind == "text":
        return (Source(None, content.template or ""),)
    return tuple(Source(turn.path, turn.content or "") for turn in turns(parse(content.messages)))


def check_templates(content: Content) -> None:
    """Let a version be stored if its templates parse.

    Raises:
        InvalidTemplate: With line and reason, in Go's words; of a chat, also with the path of the message.
    """
    for error in problems(content):
        raise error


def problems(content: Content) -> Iterator[InvalidTemplate]:
    """Give why a version cannot be stored, template by template."""
    found = sources(content)
    if content.kind == "chat" and sum(source.text.count("{{") for source in found) > MAX_ACTIONS:
        yield InvalidTemplate(f"messages: limit exceeded: actions ({MAX_ACTIONS})", None, "messages")
        return
    for source in found:
        try:
            _try(source)
        except TemplateError as error:
            yield InvalidTemplate(str(error), error.line, source.path)


def _try(source: Source) -> None:
    if source.path is not None:
        Template.parse(source.text, name=source.path)
        return
    Template.parse(source.text, name="")
    parsed(source.text)  # under the name it renders with: `{{define "prompt"}}` clashes only then


@lru_cache(maxsize=_PARSED_AT_MOST)
def parsed(text: str, numbers: Numbers = "exact") -> Template:
    """Give the parsed template of a text; a text never changes, so neither does what is kept of it."""
    return Template.parse(text, numbers=numbers)


@lru_cache(maxsize=_PARSED_AT_MOST)
def prepared(messages: bytes, numbers: Numbers = "exact") -> Chat:
    """Give the chat of a version's `messages`, in their canonical JSON, ready to render."""

    def fill_of(text: str, path: str) -> Fill:
        return Template.parse(text, name=path, numbers=numbers).render

    return Chat(parse(json.loads(messages)), fill_of)


def render(content: Content, variables: Mapping[str, JsonValue], numbers: Numbers = "exact") -> Rendered:
    """Fill a version with variables.

    Raises:
        RenderLimitExceeded: When it needs more than its limits allow.
        RenderFailed: When it does not parse, or fails with these variables.
    """
    try:
        if content.kind == "text":
            return Rendered(parsed(content.template or "", numbers).render(variables))
        messages = prepared(canonical_json(content.messages), numbers).render(variables)
    except LimitError as error:
        raise RenderLimitExceeded(str(error), error.line) from None
    except TemplateError as error:
        raise RenderFailed(str(error), error.line) from None
    except ChatLimitError as error:
        raise RenderLimitExceeded(str(error), path=error.path) from None
    except ChatError as error:
        raise RenderFailed(str(error), path=error.path) from None
    return Rendered(text_of(messages), messages)
