"""What a render gives is what OpenAI's and Anthropic's clients take.

The shapes are those that their packages document (openai.types.chat.ChatCompletionMessageParam, anthropic.types.
MessageParam), as far as a version can give them; the packages themselves are 30 MB each.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from gotemplate import Template
from promptwire.wire.anthropic import for_anthropic
from promptwire.wire.chat import Chat
from promptwire.wire.chat_shape import parse


@with_config({"extra": "forbid"})
class Function(TypedDict):
    name: str
    arguments: str


@with_config({"extra": "forbid"})
class ToolCall(TypedDict):
    id: str
    type: Literal["function"]
    function: Function


@with_config({"extra": "forbid"})
class Spoken(TypedDict):
    role: Literal["system", "developer", "user"]
    content: str
    name: NotRequired[str]


@with_config({"extra": "forbid"})
class Assistant(TypedDict):
    role: Literal["assistant"]
    content: NotRequired[str | None]
    name: NotRequired[str]
    tool_calls: NotRequired[list[ToolCall]]


@with_config({"extra": "forbid"})
class Tool(TypedDict):
    role: Literal["tool"]
    content: str
    tool_call_id: str


@with_config({"extra": "forbid"})
class TextBlock(TypedDict):
    type: Literal["text"]
    text: Annotated[str, Field(min_length=1)]


@with_config({"extra": "forbid"})
class ToolUse(TypedDict):
    type: Literal["tool_use"]
    id: str
    name: str
    input: dict[str, Any]


@with_config({"extra": "forbid"})
class ToolResult(TypedDict):
    type: Literal["tool_result"]
    tool_use_id: str
    content: str


@with_config({"extra": "forbid"})
class Message(TypedDict):
    role: Literal["user", "assistant"]
    content: str | list[TextBlock | ToolUse | ToolResult]


def _role(message: dict[str, Any]) -> str:
    role: str = message["role"]
    return "spoken" if role in {"system", "developer", "user"} else role


OPENAI: TypeAdapter[Any] = TypeAdapter(
    list[
        Annotated[
            Annotated[Spoken, Tag("spoken")] | Annotated[Assistant, Tag("assistant")] | Annotated[Tool, Tag("tool")],
            Discriminator(_role),
        ]
    ]
)
ANTHROPIC = TypeAdapter(list[Message])

CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
MESSAGES = [
    {"role": "system", "content": "You guide through {{.city}}.", "name": "guide"},
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": "{{.city}}?", "name": "Ada"},
    {"role": "assistant", "tool_calls": [CALL]},
    {"role": "tool", "content": "{{.weather}}", "tool_call_id": "call_1"},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
    {"role": "assistant", "content": "Wait.", "tool_calls": [CALL]},
    {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
    {"role": "assistant", "content": "It rains in {{.city}}.", "name": "guide"},
    {"placeholder": "history"},
]


def rendered() -> list[Any]:
    chat = Chat(parse(MESSAGES), lambda text, path: Template.parse(text, name=path).render)
    return chat.render({"city": "Paris", "weather": "rain", "history": [{"role": "user", "content": "Thanks"}]})


def test_openais_client_takes_it_as_it_is() -> None:
    assert OPENAI.validate_python(rendered()) == rendered()


def test_anthropics_takes_what_was_split_for_it() -> None:
    split = for_anthropic(rendered())
    assert split["system"] == "You guide through Paris.\n\nBe brief."
    assert ANTHROPIC.validate_python(split["messages"]) == split["messages"]


def test_anthropics_would_not_take_openais() -> None:
    with pytest.raises(ValidationError):
        ANTHROPIC.validate_python(rendered())
