"""Templates as the registry uses them: checked when written, parsed once, rendered within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gotemplate import LimitError, Template, TemplateError
from promptwire.domain.errors import InvalidTemplate, RenderFailed, RenderLimitExceeded
from promptwire.domain.kept import Kept
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.chat import Chat, ChatLimitError, Fill
from promptwire.wire.chat_shape import ChatError, parse, turns
from promptwire.wire.chat_text import text_of
from promptwire.wire.content import Content, Kind
from promptwire.wire.delivery import Numbers

MAX_ACTIONS: Final = 5_000
"""In all messages of a chat; as many as one template may have (gotemplate.Limits)."""

_KEPT: Final = 1024 * 1024  # characters
_TEMPLATES: Final[Kept[Template]] = Kept(_KEPT)
_CHATS: Final[Kept[Chat]] = Kept(_KEPT)
_MESSAGE: Final = re.compile(r"template: (messages\[\d+\]):")


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


def same_templates(one: Content, other: Content) -> bool:
    """Tell whether what is read as templates in one content is that of another."""
    return (one.kind, one.template, one.messages) == (other.kind, other.template, other.messages)


def check_templates(content: Content) -> None:
    """Let a version be stored if its templates parse.

    Raises:
        InvalidTemplate: With line and reason, in Go's words; of a chat, also with the path of the message.
    """
    for error in problems(content):
        raise error


def problems(content: Content) -> tuple[InvalidTemplate, ...]:
    """Give why a version cannot be stored, template by template; nothing where it can."""
    return tuple(_problems(content))


def _problems(content: Content) -> Iterator[InvalidTemplate]:
    found = sources(content)
    if content.kind == "chat" and sum(source.text.count("{{") for source in found) > MAX_ACTIONS:
        yield InvalidTemplate(f"messages: limit exceeded: actions ({MAX_ACTIONS})", None, "messages")
        return
    for source in found:
        try:
            _try(source)
        except TemplateError as error:
            yield InvalidTemplate(str(error), error.line, _content_of(source.path), error.column)


def _content_of(path: str | None) -> str | None:
    return f"{path}.content" if path else None


def _try(source: Source) -> None:
    if source.path is not None:
        Template.parse(source.text, name=source.path)
        return
    Template.parse(source.text, name="")
    parsed(source.text)  # under the name it renders with: `{{define "prompt"}}` clashes only then


def parsed(text: str, numbers: Numbers = "exact") -> Template:
    """Give the parsed template of a text; a text never changes, so neither does what is kept of it."""
    return _TEMPLATES.get((text, numbers), len(text), lambda: Template.parse(text, numbers=numbers))


def prepared(messages: JsonValue, numbers: Numbers = "exact") -> Chat:
    """Give the chat of a version's `messages` ready to render; its templates are named by their paths."""

    def fill_of(text: str, path: str) -> Fill:
        return Template.parse(text, name=path, numbers=numbers).render

    said = canonical_json(messages)
    return _CHATS.get((said, numbers), len(said), lambda: Chat(parse(messages), fill_of))


def forget() -> None:
    """Keep nothing of any text any longer."""
    _TEMPLATES.clear()
    _CHATS.clear()


def render(content: Content, variables: Mapping[str, JsonValue], numbers: Numbers = "exact") -> Rendered:
    """Fill a version with variables.

    Raises:
        RenderLimitExceeded: When it needs more than its limits allow.
        RenderFailed: When it does not parse, or fails with these variables.
    """
    try:
        if content.kind == "text":
            return Rendered(parsed(content.template or "", numbers).render(variables))
        messages = prepared(content.messages, numbers).render(variables)
    except (TemplateError, ChatError) as error:
        raise failed(error, content.kind) from None
    return Rendered(text_of(messages), messages)


def failed(error: TemplateError | ChatError, kind: Kind) -> RenderFailed:
    """Say why a version of a kind could not be filled."""
    failure = RenderLimitExceeded if isinstance(error, LimitError | ChatLimitError) else RenderFailed
    if isinstance(error, ChatError):
        return failure(str(error), path=error.path)
    named = _MESSAGE.match(str(error)) if kind == "chat" else None  # its templates are named by their paths
    return failure(str(error), error.line, _content_of(named[1]) if named else None, error.column)
