"""The one text that shows a chat to readers who know texts only, such as px0's clients.

Each message is a line that names its role in brackets, then its content; between two stands an empty line:

    [system]
    You are a guide to {{.city}}.

    [placeholder history]

    [user Ada]
    What is there to see?

A tool call stands as `name(arguments)` below the content, a message of the role `tool` names the call it answers. The
form is for reading: contents may hold lines like these too, so it is never read back into messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

_ROLE_AND_CONTENT = 2


def text_of(messages: Iterable[object]) -> str:
    """Give the text form of a version's `messages`, or of those that a render gave."""
    return "\n\n".join([_plain(message) or "\n".join(_lines(message)) for message in messages])


def _plain(message: object) -> str | None:
    """Give the form of a message that is a role and a text, as nearly all are; every render asks for it."""
    if type(message) is dict and len(message) == _ROLE_AND_CONTENT:
        role, content = message.get("role"), message.get("content")
        if type(role) is str and type(content) is str:
            return f"[{role}]\n{content}"
    return None


def _lines(message: object) -> Iterator[str]:
    placeholder = _member(message, "placeholder")
    if isinstance(placeholder, str):
        yield f"[placeholder {placeholder}]"
        return
    words = (_member(message, name) for name in ("role", "name", "tool_call_id"))
    yield f"[{' '.join(word for word in words if isinstance(word, str))}]"
    content = _member(message, "content")
    if isinstance(content, str):
        yield content
    elif isinstance(content, Iterable):
        yield from map(_part, content)
    calls = _member(message, "tool_calls")
    if isinstance(calls, Iterable):
        yield from map(_call, calls)


def _part(part: object) -> str:
    text = _member(part, "text")
    return text if isinstance(text, str) else f"[{_member(part, 'type')}]"


def _call(call: object) -> str:
    function = _member(call, "function")
    return f"{_member(function, 'name')}({_member(function, 'arguments')})"


def _member(value: object, name: str) -> object:
    """Give a member of a message: an object of JSON, or what a model's client answers with."""
    if type(value) is dict or isinstance(value, Mapping):
        return value.get(name)
    return getattr(value, name, None)
