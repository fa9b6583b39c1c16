"""Chat versions: how variables make of `messages` what a model is called with. `wire.chat_shape` has their shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic, thread_time
from typing import Any, Final, TypeAlias

from promptwire.wire.canonical import JsonValue
from promptwire.wire.chat_shape import ChatError, Item, Placeholder

MAX_OUTPUT: Final = 4 * 1024 * 1024
"""Characters that one render gives, what placeholders take not counted; as many as one template may give."""
MAX_SECONDS: Final = 0.2
"""What the messages of one render may take together, and as much again for the last; as long as one template may."""

Fill: TypeAlias = Callable[[Mapping[str, object]], str]
"""Gives the text of one template for variables."""


class PlaceholderError(ChatError):
    """What the caller passed for a placeholder is missing, or is no list of messages."""


class ChatLimitError(ChatError):
    """The messages of one render are too much together."""


class Chat:
    """A chat, made ready once and rendered often; immutable, and safe to render from many threads at once."""

    __slots__ = ("_steps", "items")

    def __init__(self, items: tuple[Item, ...], fill_of: Callable[[str, str], Fill]) -> None:
        """Make a chat ready.

        Args:
            items: What `parse` gave.
            fill_of: Parses a template, given its text and the path of its message, which its errors should name.
        """
        self.items: tuple[Item, ...] = items
        self._steps: tuple[_Step, ...] = tuple(_step(item, fill_of) for item in items)

    def render(self, variables: Mapping[str, object]) -> list[Any]:
        """Give the messages as OpenAI's client takes them, new and the caller's own but for what placeholders take.

        Raises:
            PlaceholderError: When a placeholder's messages are missing, or are none.
            ChatLimitError: When it is too much together.
            Exception: What a template raises.
        """
        left, deadline, spent_until = MAX_OUTPUT, monotonic() + MAX_SECONDS, None
        messages: list[Any] = []
        for head, fill, name in self._steps:
            if fill is not None:
                content = fill(variables)
                left -= len(content)
                if left < 0 or monotonic() > deadline:
                    spent_until = _grace(left, spent_until)
                messages.append({"role": head["role"], "content": content, **_own(head)})
            elif name is None:
                messages.append(_own(head).copy())
            else:
                messages += _passed(variables, name)
        return messages


_Step: TypeAlias = tuple[dict[str, JsonValue], Fill | None, str | None]
"""The head of a message and its template; or the name of a placeholder."""


def _step(item: Item, fill_of: Callable[[str, str], Fill]) -> _Step:
    if isinstance(item, Placeholder):
        return {}, None, item.name
    if item.content is None or "{{" not in item.content:
        return item.as_json(), None, None
    return dict(item.head), fill_of(item.content, item.path), None


def _grace(left: int, spent_until: float | None) -> float:
    """Refuse what is too much together: many small templates must not cost what a large one may not.

    A process that was suspended has spent no time: beyond the deadline it is the thread's own time that counts.
    """
    if left < 0:
        raise ChatLimitError("messages", f"give more than {MAX_OUTPUT} characters together")
    if spent_until is None:
        return thread_time() + MAX_SECONDS
    if thread_time() > spent_until:
        raise ChatLimitError("messages", f"take more than {MAX_SECONDS} seconds together")
    return spent_until


def _own(head: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Give a head in which nothing is shared that a caller could change under the next one."""
    return _copied(head) if "tool_calls" in head else head


def _copied(value: Any) -> Any:  # noqa: ANN401 - JSON, and what comes out is as what goes in
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _passed(variables: Mapping[str, object], name: str) -> list[object]:
    path = f"variables.{name}"
    if name not in variables:
        raise PlaceholderError(path, "is missing: the placeholder takes a list of messages")
    passed = variables[name]
    if not isinstance(passed, list | tuple):
        raise PlaceholderError(path, "must be a list of messages")
    for at, message in enumerate(passed):
        if not isinstance(message.get("role") if type(message) is dict else _role_of(message), str):
            raise PlaceholderError(f"{path}[{at}]", "must be a message: an object with a role")
    return list(passed)


def _role_of(message: object) -> object:
    """Give the role of a caller's message: an object of JSON, or what a model's client answers with."""
    return message.get("role") if isinstance(message, Mapping) else getattr(message, "role", None)
