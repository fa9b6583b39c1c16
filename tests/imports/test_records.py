"""What is read from JSON: our own shape, and Langfuse's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from promptwire.imports.dialects import Dialect
from promptwire.imports.entries import Unreadable, matched
from promptwire.imports.records import entries, read_json
from promptwire.wire.content import Content

LANGFUSE: list[dict[str, Any]] = [
    {
        "name": "support/hello",
        "version": 2,
        "type": "text",
        "prompt": "Hi {{ name }}!",
        "labels": ["production", "latest"],
        "tags": ["mail"],
        "commitMessage": "shorter",
        "config": {"model": "gpt-5", "temperature": 0.2, "tools": []},
    },
    {"name": "support/hello", "version": 1, "type": "text", "prompt": "Hello {{name}}!", "labels": [], "config": {}},
    {
        "name": "chat",
        "version": 1,
        "type": "chat",
        "labels": ["staging"],
        "config": {},
        "prompt": [
            {"type": "chatmessage", "role": "system", "content": "You help {{who}}."},
            {"type": "placeholder", "name": "history"},
        ],
    },
]


def test_langfuses_versions_are_put_together_in_their_order() -> None:
    hello, chat = entries(LANGFUSE)
    assert (hello.name, hello.slug) == ("support/hello", "support_hello")
    first, second = hello.drafts
    assert first.content == Content(template="Hello {{.name}}!")
    assert second.content == Content(template="Hi {{.name}}!", model="gpt-5", model_params={"temperature": 0.2})
    assert (second.number, second.message, second.labels, second.served) == ("2", "shorter", ("production",), True)
    assert second.notes == ("config.tools is not carried over", "tags are not carried over: mail")
    [draft] = chat.drafts
    messages = [{"role": "system", "content": "You help {{.who}}."}, {"placeholder": "history"}]
    assert draft.content == Content(kind="chat", messages=messages)


def test_a_prompt_with_versions_and_a_single_one() -> None:
    told = [{"slug": "a", "versions": ["one", {"template": "{{.x}}", "model": "m"}]}, {"name": "B", "template": "two"}]
    one, two = entries(told)
    assert [draft.content for draft in one.drafts] == [Content(template="one"), Content(template="{{.x}}", model="m")]
    assert [draft.content for draft in two.drafts] == [Content(template="two")]


def test_what_cannot_be_translated_is_said_of_its_version() -> None:
    [entry] = entries([{"name": "a", "versions": ["{{x}}", "{{#x}}", {"messages": []}, {"a": 1}]}], Dialect.MUSTACHE)
    assert [draft.problems for draft in entry.drafts] == [
        (),
        ("line 1: {{#x}} is more than the name of a variable",),
        ("messages must hold 1 to 200 items",),
        ("it has neither a text nor messages",),
    ]
    [chat] = entries([{"name": "a", "prompt": [{"role": "user", "content": "{{>x}}"}]}])
    assert chat.drafts[0].problems == ("messages[0]: line 1: {{>x}} is more than the name of a variable",)


@pytest.mark.parametrize(
    "write", [json.dumps, lambda told: json.dumps({"prompts": told}), lambda told: "\n\n".join(map(json.dumps, told))]
)
def test_json_comes_as_a_list_an_object_or_lines(write: Any) -> None:
    told = [{"name": "a", "template": "1"}, {"name": "b", "template": "2"}]
    assert read_json(write(told)) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"name": "a", "template": "x"}\n{', "line 2 is not JSON: "),
        ("7", "it is neither a list of prompts nor an object"),
        ("[7]", "prompt 1 is not an object"),
        ('[{"template": "x"}]', "prompt 1 has neither name nor slug"),
        ('[{"name": "a", "versions": 7}]', "a: versions must be a list of texts and objects"),
        ('[{"name": "!", "template": "x"}]', "'!': slug is empty"),
        (
            '[{"name": "a b", "template": "x"}, {"name": "a-b", "template": "x"}]',
            "'a b' and 'a-b' are both a_b here: rename one",
        ),
    ],
)
def test_what_is_no_prompt_is_refused_as_a_whole(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        entries(read_json(text))
    assert str(refused.value).startswith(said)


def test_equal_versions_are_each_matched_with_one() -> None:
    [entry] = entries([{"name": "a", "versions": ["x", "y", "x"]}])
    x, y = (Content(template=one).content_hash for one in "xy")
    assert [number for _, number in matched(entry.drafts, [])] == [None, None, None]
    assert [number for _, number in matched(entry.drafts, [(1, x), (2, y)])] == [1, 2, None]
    assert [number for _, number in matched(entry.drafts, [(1, x), (2, y), (5, x)])] == [1, 2, 5]


def test_prompts_of_one_name_in_two_teams_are_two_prompts() -> None:
    told = [{"name": "Hello", "team": team, "template": team} for team in ("mail", "shop")]
    with pytest.raises(Unreadable, match=r"^teams mail and shop both have hello: choose one with --from-team$"):
        entries(told)
    [mail] = entries([*told[:1], {"name": "Hello", "team": "mail", "version": 2, "template": "two"}])
    assert len(mail.drafts) == 2
