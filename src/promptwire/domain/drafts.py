"""Drafts: what an author writes of a version, and what the version then says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from promptwire.domain.errors import InvalidInput
from promptwire.domain.model_calls import CHECKS
from promptwire.wire.canonical import JsonValue
from promptwire.wire.chat_shape import ChatShapeError, parse
from promptwire.wire.content import Content, Kind

MAX_MESSAGE: Final = 2_000
"""Code points in what an author says of a version."""
MAX_SOURCE: Final = 500
"""Code points in where a version came from."""

_EMPTY: Final = Content()


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields that an author wrote; those that are not here stay as they are, and null takes a value away.

    The fields are those of `Content`, and `message` and `source` (`Version`). Whoever reads an `input_schema` from
    outside has the validator look at it first (`services.schemas`).
    """

    fields: Mapping[str, JsonValue]
    over: Collection[str] | None = None
    """The fingerprints (`domain.versions.fingerprint`) of what it may be written over; None where anything will do."""

    @classmethod
    def of_text(cls, template: str) -> Self:
        """Give a draft of a text."""
        return cls({"template": template})

    def content(self, before: Content = _EMPTY) -> Content:
        """Give what the version says then.

        Of a text, the template stays where others are written; `messages` make a chat of it. The other way round
        `kind` has to say so: the template of a chat is only shown (`wire.chat_text`), so who sends one has read it.

        Raises:
            InvalidInput: With the path of what cannot be.
        """
        kind = self._kind(before)
        call = {name: check(self.fields[name]) for name, check in CHECKS.items() if self.fields.get(name) is not None}
        removed = {name: None for name in CHECKS if name in self.fields and name not in call}
        text = self._template(before) if kind == "text" else None
        chat = self._messages(before) if kind == "chat" else None
        schema = self.fields.get("input_schema", before.input_schema)
        given = {"kind": kind, "template": text, "messages": chat, "input_schema": schema}
        return replace(before, **given, **call, **removed)  # type: ignore[arg-type]

    def message(self, before: str | None) -> str | None:
        """Give why the version was written.

        Raises:
            InvalidInput: When it is no text, too long, or holds a NUL.
        """
        return self._words("message", before, MAX_MESSAGE)

    def source(self, before: str | None) -> str | None:
        """Give where the version came from.

        Raises:
            InvalidInput: When it is no text, too long, or holds a NUL.
        """
        return self._words("source", before, MAX_SOURCE)

    def _kind(self, before: Content) -> Kind:
        kind, template, messages = (self.fields.get(name) for name in ("kind", "template", "messages"))
        if kind is not None and kind not in ("text", "chat"):
            raise InvalidInput("kind must be text or chat", "kind")
        if kind == "chat":
            return "chat"
        if messages is not None:
            if kind == "text":
                raise InvalidInput("a text has a template, not messages", "messages")
            if template:
                raise InvalidInput("give template or messages, not both, or say which kind it is", "messages")
            return "chat"
        if kind is None and before.kind == "chat":
            if template is None:
                return "chat"
            words = "this version is a chat, which its template only shows: send messages, or say kind text"
            raise InvalidInput(words, "template")
        return "text"

    def _template(self, before: Content) -> str:
        template = self.fields.get("template", before.template if self.fields else None)
        if not template:
            raise InvalidInput("template is required", "template")
        if not isinstance(template, str):
            raise InvalidInput("template must be a string", "template")
        if "\0" in template:
            raise InvalidInput("template must not contain NUL characters", "template")
        return template

    def _messages(self, before: Content) -> JsonValue:
        messages = self.fields.get("messages", before.messages if self.fields else None)
        if messages is None:
            raise InvalidInput("messages is required", "messages")
        try:
            return [item.as_json() for item in parse(messages)]
        except ChatShapeError as error:
            raise InvalidInput(str(error), error.path) from None

    def _words(self, field: str, before: str | None, limit: int) -> str | None:
        words = self.fields.get(field, before)
        if words is None or words == "":
            return None
        if not isinstance(words, str):
            raise InvalidInput(f"{field} must be a string", field)
        if len(words) > limit:
            raise InvalidInput(f"{field} must be at most {limit} characters", field)
        if "\0" in words:
            raise InvalidInput(f"{field} must not contain NUL characters", field)
        return words
