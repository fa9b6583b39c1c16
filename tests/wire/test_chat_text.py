"""The one text that shows a chat."""

from __future__ import annotations

from types import SimpleNamespace

from promptwire.wire.chat_text import text_of
from promptwire.wire.content import Content

CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}


def test_a_chat_is_shown_role_by_role() -> None:
    shown = text_of(
        [
            {"role": "system", "content": "You guide\nthrough {{.city}}.\n"},
            {"placeholder": "history"},
            {"role": "assistant", "content": "Let me see.", "tool_calls": [CALL, CALL]},
            {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
            {"role": "assistant", "tool_calls": [CALL]},
            {"role": "user", "content": "", "name": "Ada"},
        ]
    )
    assert shown == (
        "[system]\nYou guide\nthrough {{.city}}.\n\n\n"
        "[placeholder history]\n\n"
        '[assistant]\nLet me see.\nweather({"city": "Paris"})\nweather({"city": "Paris"})\n\n'
        "[tool call_1]\nrain\n\n"
        '[assistant]\nweather({"city": "Paris"})\n\n'
        "[user Ada]\n"
    )


def test_what_a_caller_passed_is_shown_as_far_as_it_is_text() -> None:
    shown = text_of(
        [
            {"role": "user", "content": [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {}}]},
            {"role": "assistant", "content": None},
            {"role": "user", "content": 5, "tool_calls": 5},
            {"role": "user", "content": ["x", None]},
            SimpleNamespace(role="assistant", content="Hello", tool_calls=None),
            SimpleNamespace(
                role="assistant",
                content=None,
                tool_calls=[SimpleNamespace(function=SimpleNamespace(name="f", arguments="{}"))],
            ),
        ]
    )
    assert shown == (
        "[user]\nLook:\n[image_url]\n\n[assistant]\n\n[user]\n\n[user]\n[None]\n[None]\n\n"
        "[assistant]\nHello\n\n[assistant]\nf({})"
    )


def test_the_text_of_a_content_is_its_template_or_shows_its_chat() -> None:
    assert Content(template="Hello {{.name}}").text == "Hello {{.name}}"
    assert Content(kind="chat", messages=[{"role": "user", "content": "Hello"}]).text == "[user]\nHello"
    assert Content().text == ""
