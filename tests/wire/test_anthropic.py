"""Messages as Anthropic's client takes them: https://docs.anthropic.com/en/api/messages."""

from __future__ import annotations

from typing import Any

import pytest

from promptwire.wire.anthropic import for_anthropic


def call(id_: str, arguments: str = '{"city": "Paris"}') -> dict[str, Any]:
    return {"id": id_, "type": "function", "function": {"name": "weather", "arguments": arguments}}


def use(id_: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id_, "name": "weather", "input": arguments}


def result(id_: str, content: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id_, "content": content}


USER = {"role": "user", "content": "Hello"}


def test_the_systems_text_is_split_off_wherever_it_stands() -> None:
    assert for_anthropic(
        [
            {"role": "system", "content": "You are a guide.", "name": "guide"},
            USER | {"name": "Ada"},
            {"role": "developer", "content": [{"type": "text", "text": "Be"}, {"type": "text", "text": "brief."}]},
        ]
    ) == {"system": "You are a guide.\n\nBe\n\nbrief.", "messages": [USER]}


def test_without_a_system_there_is_no_such_argument() -> None:
    assert for_anthropic([USER]) == {"messages": [USER]}
    assert for_anthropic([{"role": "system", "content": ""}]) == {"messages": []}


def test_tool_calls_become_blocks_and_their_results_one_message() -> None:
    assert for_anthropic(
        [
            {"role": "assistant", "content": "Let me see.", "tool_calls": [call("1"), call("2", "")]},
            {"role": "tool", "content": "rain", "tool_call_id": "1"},
            {"role": "tool", "content": "sun", "tool_call_id": "2"},
            {"role": "assistant", "tool_calls": [call("3")]},
            {"role": "tool", "content": "fog", "tool_call_id": "3"},
        ]
    ) == {
        "messages": [
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "Let me see."}, use("1", city="Paris"), use("2")],
            },
            {"role": "user", "content": [result("1", "rain"), result("2", "sun")]},
            {"role": "assistant", "content": [use("3", city="Paris")]},
            {"role": "user", "content": [result("3", "fog")]},
        ]
    }


def test_what_a_caller_passed_in_anthropics_shape_goes_on_as_it_is() -> None:
    image = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    passed = [{"role": "user", "content": [image]}, {"role": "assistant", "content": [use("1")]}, object()]
    assert for_anthropic(passed)["messages"] == passed


def test_nothing_of_what_was_passed_is_changed() -> None:
    messages = [{"role": "assistant", "content": [{"type": "text", "text": "x"}], "tool_calls": [call("1")]}]
    assert for_anthropic(messages)["messages"][0]["content"] == [{"type": "text", "text": "x"}, use("1", city="Paris")]
    assert messages == [{"role": "assistant", "content": [{"type": "text", "text": "x"}], "tool_calls": [call("1")]}]


@pytest.mark.parametrize("arguments", ["[]", '"x"', "{"])
def test_arguments_that_are_no_object_are_refused(arguments: str) -> None:
    with pytest.raises(ValueError, match=r"no JSON object|Expecting"):
        for_anthropic([{"role": "assistant", "tool_calls": [call("1", arguments)]}])
