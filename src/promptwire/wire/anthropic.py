"""From messages as OpenAI's client takes them to what Anthropic's takes.

What a version can hold is translated. What a caller passed for a placeholder goes on as it is, unless it is of a role
that Anthropic has not, or has tool calls: an application passes a model's history in the shape that the model gave.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict


class AnthropicMessages(TypedDict):
    """The arguments of `client.messages.create` that a chat gives."""

    system: NotRequired[str]
    """The text of every message of the roles system and developer, with an empty line between two."""
    messages: list[Any]


def for_anthropic(messages: Iterable[Any]) -> AnthropicMessages:
    """Split off the system's text, and put tool calls and their results into the blocks that Anthropic has for them.

    Results that follow one another become one message of the role user, for a model wants all of them at once.
    `name` is left out: Anthropic has none.

    Raises:
        ValueError: When the arguments of a tool call are no JSON object.
    """
    system: list[str] = []
    given: list[Any] = []
    results: list[Any] | None = None
    for message in messages:
        role = message.get("role") if _is_object(message) else None
        if role == "tool":
            if results is None:
                results = []
                given.append({"role": "user", "content": results})
            results.append(_result(message))
            continue
        results = None
        if role in {"system", "developer"}:
            system.extend(_texts(message.get("content")))
        else:
            given.append(_message(message))
    text = "\n\n".join(filter(None, system))
    return {"system": text, "messages": given} if text else {"messages": given}


def _texts(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    parts = content if isinstance(content, list | tuple) else ()
    return [part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)]


def _message(message: Any) -> Any:  # noqa: ANN401 - a model's message, of whatever shape
    if not _is_object(message) or not ("name" in message or "tool_calls" in message):
        return message
    kept = {key: value for key, value in message.items() if key not in {"name", "tool_calls"}}
    calls = message.get("tool_calls")
    if not calls:
        return kept
    content = message.get("content")
    before = [{"type": "text", "text": content}] if isinstance(content, str) and content else list(content or ())
    return kept | {"content": [*before, *map(_use, calls)]}


def _use(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = json.loads(function["arguments"] or "{}")
    if not isinstance(arguments, dict):
        raise ValueError(f"the arguments of {function['name']} are no JSON object")  # noqa: TRY004 - a value in JSON
    return {"type": "tool_use", "id": call["id"], "name": function["name"], "input": arguments}


def _result(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": message.get("tool_call_id"), "content": message.get("content")}


def _is_object(message: object) -> bool:
    return type(message) is dict or isinstance(message, Mapping)
