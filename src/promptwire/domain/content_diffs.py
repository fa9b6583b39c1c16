"""The difference of two versions: as one text, message by message, and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, Literal

from promptwire.domain.diffs import MAX_STEPS, Diff, Side, diff
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.chat_text import text_of
from promptwire.wire.content import Content

FIELDS: Final = ("kind", "model", "model_params", "tools", "response_format", "input_schema")
"""Those that are compared as a whole."""

Change = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class MessageDiff:
    """What became of one message; what was moved is removed in one place and added in another."""

    change: Change
    before: int | None
    """Where it was in `messages`, from 0; None where it was added."""
    after: int | None
    """Where it is; None where it was removed."""
    diff: str
    """A unified diff of the text forms of the two (`wire.chat_text`); empty where it is the same."""


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field with another value."""

    field: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True)
class ContentDiff:
    """The difference of two versions."""

    text: Diff
    """That of their templates, or of the texts that show them."""
    messages: tuple[MessageDiff, ...] | None
    """That of two chats, in the order of both; None where one is a text."""
    fields: tuple[FieldDiff, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two versions, and what the heads of diffs call it."""

    name: str
    content: Content


def compare(before: Compared, after: Compared) -> ContentDiff:
    """Compare two versions."""
    old, new = before.content, after.content
    both = old.kind == new.kind == "chat"
    values = ((field, getattr(old, field), getattr(new, field)) for field in FIELDS)
    return ContentDiff(
        text=diff(Side(before.name, old.text), Side(after.name, new.text)),
        messages=tuple(_messages(before, after)) if both else None,
        fields=tuple(FieldDiff(field, was, now) for field, was, now in values if was != now),
    )


def _messages(before: Compared, after: Compared) -> Iterator[MessageDiff]:
    """Pair what is the same, and between that what stands in the same place and says the same kind of thing."""
    old, new = _list(before.content.messages), _list(after.content.messages)
    was_said, is_said = ([canonical_json(message).decode() for message in messages] for messages in (old, new))
    pairs = list(_pairs(SequenceMatcher(None, was_said, is_said, autojunk=False), old, new))
    for change, was, now in pairs:
        left = _side(before, old, was) if was is not None and change != "same" else None
        right = _side(after, new, now) if now is not None and change != "same" else None
        yield MessageDiff(change, was, now, _text(left, right, MAX_STEPS // len(pairs)))


def _text(before: Side | None, after: Side | None, steps: int) -> str:
    if before and after:
        return diff(before, after, steps=steps).text
    if before:
        return f"--- {before.name}\n+++ /dev/null\n" + _all_lines("-", before.text)
    return f"--- /dev/null\n+++ {after.name}\n" + _all_lines("+", after.text) if after else ""


def _all_lines(mark: str, text: str) -> str:
    lines = text.split("\n")
    some = "1" if len(lines) == 1 else f"1,{len(lines)}"
    ranges = f"-{some} +0,0" if mark == "-" else f"-0,0 +{some}"
    return f"@@ {ranges} @@\n" + "".join(f"{mark}{line}\n" for line in lines)


def _list(messages: JsonValue) -> Sequence[JsonValue]:
    return messages if isinstance(messages, list | tuple) else ()


def _pairs(
    matcher: SequenceMatcher[str], old: Sequence[JsonValue], new: Sequence[JsonValue]
) -> Iterator[tuple[Change, int | None, int | None]]:
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for was, now in zip_longest(range(i1, i2), range(j1, j2)):
            if tag == "equal":
                yield "same", was, now
            elif was is not None and now is not None and _kind(old[was]) == _kind(new[now]):
                yield "changed", was, now
            else:
                if was is not None:
                    yield "removed", was, None
                if now is not None:
                    yield "added", None, now


def _kind(message: JsonValue) -> object:
    """Give the role of a message; a placeholder is another one under another name."""
    return (message.get("role"), message.get("placeholder")) if isinstance(message, dict) else None


def _side(compared: Compared, messages: Sequence[JsonValue], at: int) -> Side:
    return Side(f"{compared.name} messages[{at}]", text_of([messages[at]]))
