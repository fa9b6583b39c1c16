"""The shape of a chat, and what a render makes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from gotemplate import Template, TemplateError
from promptwire.wire import chat as module
from promptwire.wire.chat import Chat, ChatLimitError, Fill, PlaceholderError
from promptwire.wire.chat_shape import MAX_BYTES, ChatShapeError, parse, placeholders, turns

CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
EVERY = [
    {"role": "system", "content": "You guide through {{.city}}.", "name": "guide"},
    {"role": "developer", "content": "Be brief."},
    {"placeholder": "history"},
    {"role": "assistant", "tool_calls": [CALL]},
    {"role": "tool", "content": "{{.weather}}", "tool_call_id": "call_1"},
    {"role": "assistant", "content": "{{.city}}!", "tool_calls": [CALL]},
    {"role": "user", "content": "{{.question}}", "name": "Ada"},
]
HISTORY = [{"role": "user", "content": "{{.secret}}"}, {"role": "assistant", "content": None, "tool_calls": [CALL]}]
VARIABLES = {"city": "Paris", "weather": "rain", "question": "{{.city}}?", "history": HISTORY}


def chat(*messages: Any) -> Chat:
    return Chat(parse(list(messages)), lambda text, path: Template.parse(text, name=path).render)


def user(content: str) -> dict[str, Any]:
    return {"role": "user", "content": content}


def test_every_kind_of_message_is_read_and_stored_as_it_was_written() -> None:
    items = parse(EVERY)
    assert [item.as_json() for item in items] == EVERY
    assert placeholders(items) == ("history",)
    assert [turn.path for turn in turns(items)] == [f"messages[{at}]" for at in (0, 1, 4, 5, 6)]


def test_null_counts_as_not_there() -> None:
    written = [{"role": "user", "content": "x", "name": None, "placeholder": None, "tool_calls": None}]
    assert [item.as_json() for item in parse(written)] == [user("x")]
    assert parse([{"role": "assistant", "content": None, "tool_calls": [CALL]}])[0].as_json() == {
        "role": "assistant",
        "tool_calls": [CALL],
    }


A_ROLE = "must be one of system, developer, user, assistant, tool"
A_WORD = "must be a string of 1 to 100 characters"
A_NAME = "must be a name of 1 to 100 letters, digits and _, and begin with no digit"


def tool_call(**fields: Any) -> list[Any]:
    return [{"role": "assistant", "tool_calls": [CALL | fields]}]


SHAPES: list[tuple[Any, str]] = [
    (None, "messages must be a list"),
    ({"role": "user"}, "messages must be a list"),
    ("hello", "messages must be a list"),
    ([], "messages must hold 1 to 200 items"),
    ([user("x")] * 201, "messages must hold 1 to 200 items"),
    ([user("x" * MAX_BYTES)], f"messages must be at most {MAX_BYTES} bytes as JSON"),
    ([user("x"), "hello"], "messages[1] must be an object with role and content, or with placeholder"),
    ([user("x"), None], "messages[1] must be an object with role and content, or with placeholder"),
    ([{}], f"messages[0].role {A_ROLE}"),
    ([{"role": "human", "content": "x"}], f"messages[0].role {A_ROLE}"),
    ([{"role": ["user"], "content": "x"}], f"messages[0].role {A_ROLE}"),
    ([{"role": "User", "content": "x"}], f"messages[0].role {A_ROLE}"),
    ([{"role": "user"}], "messages[0].content must be a string"),
    ([{"role": "user", "content": None}], "messages[0].content must be a string"),
    ([{"role": "user", "content": [{"type": "text", "text": "x"}]}], "messages[0].content must be a string"),
    ([user("a\0")], "messages[0].content must not contain NUL characters"),
    ([user("x") | {"cache": True}], "messages[0].cache is no field of the role user"),
    ([user("x") | {"c" * 5000: True}], f"messages[0].{'c' * 100} is no field of the role user"),
    ([user("x") | {"name": ""}], f"messages[0].name {A_WORD}"),
    ([user("x") | {"name": 1}], f"messages[0].name {A_WORD}"),
    ([user("x") | {"name": "n" * 101}], f"messages[0].name {A_WORD}"),
    ([user("x") | {"tool_calls": [CALL]}], "messages[0].tool_calls is no field of the role user"),
    ([{"role": "tool", "content": "x"}], "messages[0].tool_call_id is required in a message of the role tool"),
    ([{"role": "tool", "content": "x", "name": "n"}], "messages[0].name is no field of the role tool"),
    ([{"role": "tool", "tool_call_id": "c"}], "messages[0].content must be a string"),
    ([{"role": "assistant", "tool_calls": []}], "messages[0].tool_calls must be a list of one call or more"),
    ([{"role": "assistant", "tool_calls": CALL}], "messages[0].tool_calls must be a list of one call or more"),
    (
        [{"role": "assistant", "tool_calls": [CALL, 1]}],
        "messages[0].tool_calls[1] must be an object with id, type and function",
    ),
    (tool_call(index=0), "messages[0].tool_calls[0].index is no field of a tool call"),
    (tool_call(type="custom"), "messages[0].tool_calls[0].type must be function"),
    (tool_call(id=""), f"messages[0].tool_calls[0].id {A_WORD}"),
    (tool_call(function="f"), "messages[0].tool_calls[0].function must be an object with name and arguments"),
    (tool_call(function={"name": "f", "x": 1}), "messages[0].tool_calls[0].function.x is no field of a function"),
    (
        tool_call(function={"name": "f", "arguments": {}}),
        "messages[0].tool_calls[0].function.arguments must be a string that holds a JSON object",
    ),
    (tool_call(function={"arguments": "{}"}), f"messages[0].tool_calls[0].function.name {A_WORD}"),
    ([{"placeholder": ""}], f"messages[0].placeholder {A_NAME}"),
    ([{"placeholder": 1}], f"messages[0].placeholder {A_NAME}"),
    ([{"placeholder": "a b"}], f"messages[0].placeholder {A_NAME}"),
    ([{"placeholder": "a\n"}], f"messages[0].placeholder {A_NAME}"),
    ([{"placeholder": "1a"}], f"messages[0].placeholder {A_NAME}"),
    ([{"placeholder": "a" * 101}], f"messages[0].placeholder {A_NAME}"),
    ([{"placeholder": "a", "role": "user"}], "messages[0].role is no field beside placeholder"),
    (
        [{"placeholder": "a"}, user("x"), {"placeholder": "a"}],
        "messages[2].placeholder is that of messages[0]: a name stands once",
    ),
]


@pytest.mark.parametrize(("messages", "words"), SHAPES, ids=[str(at) for at in range(len(SHAPES))])
def test_what_is_no_chat_is_refused_with_its_path(messages: Any, words: str) -> None:
    with pytest.raises(ChatShapeError) as caught:
        parse(messages)
    assert str(caught.value) == words


def test_a_name_may_be_of_any_script() -> None:
    assert placeholders(parse([{"placeholder": "verlauf_2"}, {"placeholder": "история"}])) == ("verlauf_2", "история")


def test_a_render_fills_each_message_and_passes_the_callers_on_as_they_are() -> None:
    rendered = chat(*EVERY).render(VARIABLES)
    assert rendered == [
        {"role": "system", "content": "You guide through Paris.", "name": "guide"},
        {"role": "developer", "content": "Be brief."},
        *HISTORY,
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
        {"role": "assistant", "content": "Paris!", "tool_calls": [CALL]},
        {"role": "user", "content": "{{.city}}?", "name": "Ada"},
    ]
    assert rendered[2] is HISTORY[0]


def test_what_a_render_gave_is_the_callers_own() -> None:
    written = chat(*EVERY)
    first = written.render(VARIABLES)
    for message in first:
        if message not in HISTORY:
            message["role"] = "changed"
            for call in message.get("tool_calls", ()):
                call["function"].clear()
    first.clear()
    assert written.render(VARIABLES)[4:] == [
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
        {"role": "assistant", "content": "Paris!", "tool_calls": [CALL]},
        {"role": "user", "content": "{{.city}}?", "name": "Ada"},
    ]


def test_a_text_without_actions_is_not_given_to_the_engine() -> None:
    def refuse(text: str, path: str) -> Fill:
        raise AssertionError(text, path)

    assert Chat(parse([user("a }} b")]), refuse).render({}) == [user("a }} b")]


def test_a_placeholder_takes_no_message_any_list_and_what_a_client_answered() -> None:
    history = chat({"placeholder": "history"})
    assert history.render({"history": []}) == []
    assert history.render({"history": (HISTORY[0],)}) == [HISTORY[0]]
    answer = SimpleNamespace(role="assistant", content="Hello")
    assert history.render({"history": [answer]}) == [answer]


A_LIST = "variables.history must be a list of messages"
A_MESSAGE = "must be a message: an object with a role"
PASSED: list[tuple[dict[str, Any], str]] = [
    ({}, "variables.history is missing: the placeholder takes a list of messages"),
    ({"History": []}, "variables.history is missing: the placeholder takes a list of messages"),
    ({"history": None}, A_LIST),
    ({"history": "x"}, A_LIST),
    ({"history": user("x")}, A_LIST),
    ({"history": [user("x"), "x"]}, f"variables.history[1] {A_MESSAGE}"),
    ({"history": [{"content": "x"}]}, f"variables.history[0] {A_MESSAGE}"),
    ({"history": [{"role": None}]}, f"variables.history[0] {A_MESSAGE}"),
    ({"history": [[user("x")]]}, f"variables.history[0] {A_MESSAGE}"),
]


@pytest.mark.parametrize(("variables", "words"), PASSED)
def test_a_placeholder_takes_messages_only(variables: Mapping[str, object], words: str) -> None:
    with pytest.raises(PlaceholderError) as caught:
        chat(user("x"), {"placeholder": "history"}).render(variables)
    assert str(caught.value) == words


def test_an_error_of_a_template_names_its_message() -> None:
    with pytest.raises(TemplateError, match=r"template: messages\[1\]:2:2: executing") as caught:
        chat(user("x"), user("\n{{.name}}")).render({})
    assert caught.value.line == 2


def test_many_messages_together_give_no_more_than_one_template_may() -> None:
    half = "{{range 100000}}0123456789012345678901{{end}}"
    assert len(chat(user(half)).render({})[0]["content"]) == 2_200_000
    with pytest.raises(ChatLimitError, match=r"^messages give more than 4194304 characters together$"):
        chat(user(half), user(half)).render({})


def test_many_messages_together_take_little_longer_than_one_template_may() -> None:
    def busy(_: Mapping[str, object]) -> str:
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass
        return ""

    began = time.thread_time()
    with pytest.raises(ChatLimitError, match=r"^messages take more than 0.2 seconds together$"):
        Chat(parse([user("{{.}}")] * 200), lambda _, __: busy).render({})
    assert time.thread_time() - began < 0.6


def test_a_process_that_was_suspended_still_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1_000_000, 1000))
    monkeypatch.setattr(module, "monotonic", lambda: float(next(ticks)))
    assert len(chat(*[user("{{.x}}")] * 200).render({"x": 1})) == 200
