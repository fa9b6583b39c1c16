"""Merging a prompt three ways: what both sides made of the state that was last the same.

A field that one side changed is taken from it. Where both changed one: texts are merged line by line, chats message by
message and then line by line, objects key by key, lists item by item, as far as that is exact; else it is a conflict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from promptwire.files import lines
from promptwire.files.prompt_file import State
from promptwire.wire.canonical import canonical_json
from promptwire.wire.chat_shape import ChatShapeError, parse
from promptwire.wire.content import Content

if TYPE_CHECKING:
    from promptwire.wire.canonical import JsonValue

Sides: TypeAlias = "tuple[JsonValue, JsonValue, JsonValue]"
"""What a field was last, is here, and is there."""
_CALL: Final = ("model", "model_params", "tools", "response_format", "input_schema")


class _Conflict(Exception):
    """Both sides changed it, and nobody can say what is right."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge."""

    state: State
    """With this side's value of each field in conflict."""
    conflicts: tuple[str, ...] = ()
    """The fields that both changed: `name`, `description`, those of the content; `text` is template or messages."""


def merge(base: State | None, here: State, there: State) -> Merged:
    """Merge two states that began as one; without that one, whatever differs is a conflict."""
    conflicts: list[str] = []

    def merged(field: str, sides: Sides) -> JsonValue:
        try:
            return _merged(sides, known=base is not None)
        except _Conflict:
            conflicts.append(field)
            return sides[1]

    states = (base, here, there)
    values = {field: merged(field, _sides(field, states)) for field in ("name", "description")}
    contents = (base.content if base else None, here.content, there.content)
    call = {field: merged(field, _sides(field, contents)) for field in _CALL}
    text = _text(base, here, there)
    if text is None:
        conflicts.append("text")
        text = here.content
    content = replace(text, **call)  # type: ignore[arg-type]  # each has the type of its field
    state = State(name=str(values["name"]), description=str(values["description"]), content=content)
    return Merged(state, tuple(conflicts))


def merged_lines(base: str | None, here: str, there: str) -> list[lines.Chunk]:
    """Merge texts line by line; each line but perhaps the last ends with its line feed."""
    if base is None:
        return lines.compare(_split(here), _split(there))
    return lines.merge(_split(base), _split(here), _split(there))


def _split(text: str) -> list[str]:
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _sides(field: str, owners: tuple[object, object, object]) -> Sides:
    base, here, there = (getattr(owner, field, None) for owner in owners)
    return base, here, there


def _merged(sides: Sides, *, known: bool) -> JsonValue:
    """Merge one value.

    Raises:
        _Conflict: When it cannot be done exactly.
    """
    base, here, there = sides
    if _same(here, there) or (known and _same(there, base)):
        return here
    if known and _same(here, base):
        return there
    if not known:
        raise _Conflict
    if isinstance(base, Mapping) and isinstance(here, Mapping) and isinstance(there, Mapping):
        return _objects(base, here, there)
    if isinstance(base, str) and isinstance(here, str) and isinstance(there, str):
        return _texts(base, here, there)
    if isinstance(base, list | tuple) and isinstance(here, list | tuple) and isinstance(there, list | tuple):
        return _lists(base, here, there)
    raise _Conflict


def _same(one: JsonValue, other: JsonValue) -> bool:
    return canonical_json(one) == canonical_json(other)


_ABSENT: Final = object()


def _objects(
    base: Mapping[str, JsonValue], here: Mapping[str, JsonValue], there: Mapping[str, JsonValue]
) -> Mapping[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for key in dict.fromkeys((*here, *there)):
        values = [side.get(key, _ABSENT) for side in (base, here, there)]
        kept = _member(values)
        if kept is not _ABSENT:
            found[key] = kept  # type: ignore[assignment]  # it is one of the values
    return found


def _member(values: Sequence[object]) -> object:
    base, here, there = values
    if here is _ABSENT or there is _ABSENT:
        if here is there or _equal(there, base):
            return here
        if _equal(here, base):
            return there
        raise _Conflict
    if base is _ABSENT:
        if _equal(here, there):
            return here
        raise _Conflict
    return _merged((base, here, there), known=True)  # type: ignore[arg-type]  # all three are values


def _equal(one: object, other: object) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return _same(one, other)  # type: ignore[arg-type]  # both are values


def _texts(base: str, here: str, there: str) -> str:
    if "\n" not in base:  # a word or a line has no parts that two could change
        raise _Conflict
    chunks = merged_lines(base, here, there)
    if any(chunk.is_conflict for chunk in chunks):
        raise _Conflict
    return "".join(line for chunk in chunks for line in chunk.merged)


def _lists(base: Sequence[JsonValue], here: Sequence[JsonValue], there: Sequence[JsonValue]) -> list[JsonValue]:
    sides = [[canonical_json(item).decode() for item in side] for side in (base, here, there)]
    found: list[JsonValue] = []
    for chunk in lines.merge(*sides):
        if not chunk.is_conflict:
            found += [json.loads(item) for item in chunk.merged]
        elif len(chunk.base) == len(chunk.here) == len(chunk.there):
            for sides_of_item in zip(chunk.base, chunk.here, chunk.there, strict=True):
                before, ours, theirs = map(json.loads, sides_of_item)
                found.append(_merged((before, ours, theirs), known=True))
        else:
            raise _Conflict
    return found


def _text(base: State | None, here: State, there: State) -> Content | None:
    """Merge template or messages; None for a conflict. A text that became a chat is one change as a whole."""
    known = base is not None
    parts = [state.content if state else Content() for state in (base, here, there)]
    before, ours, theirs = ((part.kind, part.template, part.messages) for part in parts)
    if _same(list(ours), list(theirs)) or (known and _same(list(theirs), list(before))):
        return here.content
    if known and _same(list(ours), list(before)):
        return there.content
    if not known or len({part.kind for part in parts}) > 1:
        return None
    try:
        if here.content.kind == "text":
            template = _merged((before[1], ours[1], theirs[1]), known=True)
            return replace(here.content, template=str(template))
        messages = _merged((before[2], ours[2], theirs[2]), known=True)
        return replace(here.content, messages=[item.as_json() for item in parse(messages)])
    except (_Conflict, ChatShapeError):
        return None
