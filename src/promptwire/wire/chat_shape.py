"""The shape of a chat version's `messages`.

`messages` is a list. An item is a message, `{"role": …, "content": "<Go template>"}`, or a place for messages that the
caller passes in, `{"placeholder": "history"}`. A message may have a `name`; one of the role `assistant` may have
`tool_calls`, and then needs no content; one of the role `tool` says which call it answers in `tool_call_id`. Only
`content` is a template. What a placeholder takes goes on as it is, and is never read as one (DESIGN section 2a).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast, get_args

from promptwire.wire.canonical import JsonValue, canonical_json

Role = Literal["system", "developer", "user", "assistant", "tool"]
ROLES: Final[tuple[str, ...]] = get_args(Role)

MAX_MESSAGES: Final = 200
MAX_BYTES: Final = 256 * 1024
"""Of all messages together, as canonical JSON."""
MAX_WORD: Final = 100
"""Characters of a name, of a placeholder, and of a tool call's id."""
_PLACEHOLDER: Final = re.compile(r"[^\W\d]\w*")


class ChatError(ValueError):
    """Messages, or what was passed for a placeholder, are not what they must be.

    Attributes:
        path: where, such as `messages[2].role` or `variables.history[0]`.
        reason: what is wrong there; behind the path it makes a sentence.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path: str = path
        self.reason: str = reason

    def __str__(self) -> str:
        """Give the sentence."""
        return f"{self.path} {self.reason}"


class ChatShapeError(ChatError):
    """A version's `messages` have not the shape of a chat."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a version."""

    path: str
    """`messages[0]`: what errors call it."""
    head: Mapping[str, JsonValue]
    """All of it but the content; `role` first."""
    content: str | None
    """The template; None for a message of tool calls alone."""

    @property
    def role(self) -> str:
        """Give the role."""
        return cast("str", self.head["role"])

    def as_json(self) -> dict[str, JsonValue]:
        """Give the message as a version stores it."""
        if self.content is None:
            return dict(self.head)
        return {"role": self.role, "content": self.content, **self.head}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place for messages that the caller passes in."""

    path: str
    name: str
    """The variable that holds them."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the item as a version stores it."""
        return {"placeholder": self.name}


Item: TypeAlias = Turn | Placeholder


def parse(messages: object) -> tuple[Item, ...]:
    """Read the `messages` of a version; a member that is null counts as not there.

    Raises:
        ChatShapeError: When they have not the shape of a chat, or are too many or too large.
    """
    if not isinstance(messages, list | tuple):
        raise ChatShapeError("messages", "must be a list")
    if not 0 < len(messages) <= MAX_MESSAGES:
        raise ChatShapeError("messages", f"must hold 1 to {MAX_MESSAGES} items")
    items = tuple(_item(item, f"messages[{at}]") for at, item in enumerate(messages))
    _check_placeholders(items)
    if len(canonical_json([item.as_json() for item in items])) > MAX_BYTES:
        raise ChatShapeError("messages", f"must be at most {MAX_BYTES} bytes as JSON")
    return items


def turns(items: tuple[Item, ...]) -> Iterator[Turn]:
    """Give the messages that have a template, in their order."""
    return (item for item in items if isinstance(item, Turn) and item.content is not None)


def placeholders(items: tuple[Item, ...]) -> tuple[str, ...]:
    """Give the names of the placeholders, in their order."""
    return tuple(item.name for item in items if isinstance(item, Placeholder))


def _item(item: object, path: str) -> Item:
    if not isinstance(item, Mapping):
        raise ChatShapeError(path, "must be an object with role and content, or with placeholder")
    given = {str(key): value for key, value in item.items() if value is not None}
    return _placeholder(given, path) if "placeholder" in given else _turn(given, path)


def _placeholder(given: Mapping[str, Any], path: str) -> Placeholder:
    _check_known(given, ("placeholder",), path, "beside placeholder")
    name = given["placeholder"]
    if not isinstance(name, str) or len(name) > MAX_WORD or not _PLACEHOLDER.fullmatch(name):
        reason = f"must be a name of 1 to {MAX_WORD} letters, digits and _, and begin with no digit"
        raise ChatShapeError(f"{path}.placeholder", reason)
    return Placeholder(path, name)


_OF_ROLE: Final[Mapping[str, tuple[str, ...]]] = {
    "assistant": ("role", "content", "name", "tool_calls"),
    "tool": ("role", "content", "tool_call_id"),
}


def _turn(given: Mapping[str, Any], path: str) -> Turn:
    role = given.get("role")
    if role not in ROLES:
        raise ChatShapeError(f"{path}.role", f"must be one of {', '.join(ROLES)}")
    _check_known(given, _OF_ROLE.get(role, ("role", "content", "name")), path, f"of the role {role}")
    head: dict[str, JsonValue] = {"role": role}
    for field in ("name", "tool_call_id"):
        if field in given:
            head[field] = _word(given[field], f"{path}.{field}")
    if role == "tool" and "tool_call_id" not in given:
        raise ChatShapeError(f"{path}.tool_call_id", "is required in a message of the role tool")
    if "tool_calls" in given:
        head["tool_calls"] = _tool_calls(given["tool_calls"], f"{path}.tool_calls")
    return Turn(path, head, _content(given, path))


def _content(given: Mapping[str, Any], path: str) -> str | None:
    content = given.get("content")
    if content is None and "tool_calls" in given:
        return None
    if not isinstance(content, str):
        raise ChatShapeError(f"{path}.content", "must be a string")
    if "\0" in content:
        raise ChatShapeError(f"{path}.content", "must not contain NUL characters")
    return content


def _tool_calls(calls: object, path: str) -> list[JsonValue]:
    """Read tool calls in OpenAI's shape."""
    if not isinstance(calls, list | tuple) or not calls:
        raise ChatShapeError(path, "must be a list of one call or more")
    return [_tool_call(call, f"{path}[{at}]") for at, call in enumerate(calls)]


def _tool_call(call: object, path: str) -> dict[str, JsonValue]:
    if not isinstance(call, Mapping):
        raise ChatShapeError(path, "must be an object with id, type and function")
    _check_known(call, ("id", "type", "function"), path, "of a tool call")
    if call.get("type") != "function":
        raise ChatShapeError(f"{path}.type", "must be function")
    function = call.get("function")
    if not isinstance(function, Mapping):
        raise ChatShapeError(f"{path}.function", "must be an object with name and arguments")
    _check_known(function, ("name", "arguments"), f"{path}.function", "of a function")
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        raise ChatShapeError(f"{path}.function.arguments", "must be a string that holds a JSON object")
    name = _word(function.get("name"), f"{path}.function.name")
    found = _word(call.get("id"), f"{path}.id")
    return {"id": found, "type": "function", "function": {"name": name, "arguments": arguments}}


def _word(value: object, path: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_WORD:
        raise ChatShapeError(path, f"must be a string of 1 to {MAX_WORD} characters")
    return value


def _check_known(given: Mapping[str, Any], known: tuple[str, ...], path: str, where: str) -> None:
    for field in given:
        if field not in known:
            raise ChatShapeError(f"{path}.{field[:MAX_WORD]}", f"is no field {where}")


def _check_placeholders(items: tuple[Item, ...]) -> None:
    """Let each name stand once, else a short version could make much of what a caller passes."""
    first: dict[str, str] = {}
    for item in items:
        if isinstance(item, Placeholder) and first.setdefault(item.name, item.path) != item.path:
            raise ChatShapeError(f"{item.path}.placeholder", f"is that of {first[item.name]}: a name stands once")
