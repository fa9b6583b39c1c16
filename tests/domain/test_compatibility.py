"""What changes for callers from one content to another."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from promptwire.domain.compatibility import compare
from promptwire.domain.errors import RenderFailed
from promptwire.domain.needs import Reading
from promptwire.domain.schemas import inlined
from promptwire.domain.templates import render
from promptwire.integrations.schemas import JsonSchemas
from promptwire.wire.content import Content
from support.contents import (
    DECLARED,
    INPUT_SCHEMAS,
    NAMES,
    PLAIN_TEMPLATES,
    TEMPLATES,
    VARIABLES,
    declared,
    schema_of,
    text,
)

EXAMPLES = int(os.environ.get("COMPATIBILITY_EXAMPLES", "60"))
DOCS = schema_of({"docs": {"type": "array", "items": schema_of({"title": {"type": "string"}}, "title")}}, "docs")
NAME = schema_of({"name": {"type": "string"}}, "name")


def breaking(old: Content, new: Content) -> list[str]:
    return [f"{one.kind.value} {one.path}" for one in compare(old, new) if one.breaking]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Hi {{.name}}", "Hello {{.name}}!", []),
        ("{{.name}}", "{{if .name}}Dear {{.name}}{{else}}Hi{{end}}", []),
        ("{{if .vip}}{{.tier}}{{end}}", "VIP: {{if .vip}}{{.tier}}{{end}}{{if .vip}}!{{.tier}}{{end}}", []),
        ("{{range .docs}}{{.title}}{{end}}", "{{range $d := .docs}}- {{$d.title}} {{.title}}{{end}}", []),
        ('{{if eq .tone "kind"}}x{{end}}', '{{if eq .tone "stern" "cold"}}x{{else if ne .tone "odd"}}y{{end}}', []),
        ("{{.a}}{{.b}}", "{{and .b .a}}", []),
        ("{{.name}}", "{{.name}} {{.age}}", ["variable_added age"]),
        ("{{.name}}", "{{.user.name}}", ["variable_added user", "variable_removed name"]),
        ("{{.u.a}}", "{{.u.b}}", ["variable_added u.b", "variable_removed u.a"]),
        ("{{.u.a}}", "{{.u}}", []),
        ("{{.a}}{{.b}}", "{{.a}}", ["variable_removed b"]),
        ("{{if .vip}}{{.tier}}{{end}}", "{{.tier}}{{.vip}}", ["variable_required tier"]),
        ("{{if .vip}}{{.tier}}{{end}}{{.x}}", "{{if .x}}{{.tier}}{{end}}{{.vip}}", ["variable_required tier"]),
        ("{{.docs}}", "{{range .docs}}x{{end}}", ["type_changed docs"]),
        ("{{range .docs}}x{{end}}", "{{range .docs}}{{.title}}{{end}}", ["variable_added docs[].title"]),
        ("{{range .l}}{{.a}}{{break}}{{end}}", "{{range .l}}{{.a}}{{end}}", ["variable_required l[].a"]),
        ("{{.n}}", "{{if gt .n 3}}x{{end}}", ["type_changed n"]),
        ("{{.n}}", "{{slice .n 1}}", ["type_changed n"]),
        ("{{.a}}", '{{.a}}{{template "missing"}}', ["may_fail "]),
        ("{{$x := .a}}{{$x.b}}", "{{$x := .a}}{{$x = .a}}{{$x.b}}", ["may_fail "]),
    ],
)
def test_what_breaks_callers_of_a_text_is_named(old: str, new: str, expected: list[str]) -> None:
    assert sorted(breaking(text(old), text(new))) == sorted(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (text("{{.docs}}", input_schema=DOCS), text("{{range .docs}}{{.title}}{{end}}", input_schema=DOCS), []),
        (text("{{.docs}}", input_schema=DOCS), text("{{len .docs}}"), []),
        (text("{{.name}}"), text("{{.name}}", input_schema=NAME), ["type_changed name"]),
        (text("{{.name}}"), text("{{.name}}", input_schema=schema_of({"name": True}, "name")), []),
        (text("{{.name}}"), text("{{.name}}", input_schema=schema_of({"x": {"type": "null"}})), []),
        (
            text("{{.name}}"),
            text("", input_schema=schema_of({"x": {}}, "x")),
            ["variable_added x", "variable_removed name"],
        ),
        (text("{{.name}}", input_schema=NAME), text("{{.name}}"), []),
        (
            text("x", input_schema={"allOf": [schema_of({"a": {"type": "string"}})]}),
            text("x", input_schema=schema_of({"a": {"type": "null"}})),
            ["type_changed a"],
        ),
        (text("{{.name}}", input_schema=NAME), text("x", input_schema=NAME), []),
        (
            text("{{.name}}", input_schema=NAME),
            text("{{.name}}", input_schema=schema_of({"name": {"enum": ["Ada"]}}, "name")),
            ["schema_narrowed name"],
        ),
        (
            text("{{.name}}{{.age}}"),
            text("{{.name}}", input_schema=schema_of({"name": {}}, additionalProperties=False)),
            ["variable_removed age"],
        ),
    ],
)
def test_schemas_are_compared_too(old: Content, new: Content, expected: list[str]) -> None:
    assert breaking(old, new) == expected


def chat(*messages: Any) -> Content:
    return Content(
        kind="chat", messages=[{"role": "user", "content": one} if isinstance(one, str) else one for one in messages]
    )


HISTORY = {"placeholder": "history"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (chat("{{.a}}", "{{.b}}"), chat("{{.b}} and {{.a}}"), []),
        (chat("{{.a}}", HISTORY), chat(HISTORY, "{{.a}}"), []),
        (chat("{{.a}}"), chat("{{.a}}", "{{.b}}"), ["variable_added b"]),
        (chat("{{.a}}"), chat("{{.a}}", HISTORY), ["variable_added history"]),
        (chat("{{.a}}", HISTORY), chat("{{.a}}"), ["variable_removed history"]),
        (chat("{{.a}}", HISTORY), chat("{{.a}}", HISTORY, "{{if .history}}so far{{end}}"), []),
        (chat("{{.a}}{{.history}}"), chat("{{.a}}", HISTORY), ["variable_required history"]),
        (text("{{.a}}"), chat("{{.a}}"), ["kind_changed kind"]),
    ],
)
def test_messages_are_read_together(old: Content, new: Content, expected: list[str]) -> None:
    assert breaking(old, new) == expected


def test_what_is_safe_is_named_after_what_breaks() -> None:
    old = text("{{.a}}", model="small")
    new = text("{{.b}}", model="large", model_params={"temperature": 1}, tools=[], response_format={"type": "text"})
    told = [(one.breaking, one.kind.value, one.path) for one in compare(old, new)]
    assert told == [
        (True, "variable_added", "b"),
        (True, "variable_removed", "a"),
        (False, "text_changed", "template"),
        (False, "model_changed", "model"),
        (False, "model_changed", "model_params"),
        (False, "model_changed", "tools"),
        (False, "model_changed", "response_format"),
    ]
    assert compare(old, old) == ()


def test_a_change_says_where_it_stands_and_why() -> None:
    [change] = [one for one in compare(chat("a", "b\n{{.x}}"), chat("a", "b\n\n{{.x}}{{.y}}")) if one.breaking]
    assert (change.message, change.where) == ("every render needs y now", ("messages[1].content", 3))


SCHEMAS = JsonSchemas()


def takes(content: Content, variables: dict[str, Any]) -> bool:
    """Tell whether a render takes variables: they satisfy the schema, and the template does not fail with them."""
    try:
        render(content, variables)
    except RenderFailed:
        return False
    return content.input_schema is None or not SCHEMAS.compile(content.input_schema).violations(variables)


def known_names(content: Content) -> set[str]:
    schema: Any = inlined(content.input_schema) if isinstance(content.input_schema, dict) else {}
    if {"allOf", "anyOf", "oneOf", "if", "then", "else", "not", "dependentSchemas", "propertyNames"} & schema.keys():
        return set(NAMES)
    return {one.name for one in Reading(content).variables} | set(schema.get("properties", ()))


def holds(old: Content, new: Content, tried: list[dict[str, Any]]) -> None:
    if breaking(old, new):
        event("breaking")
        return
    event("safe")
    names = known_names(old)
    for variables in tried:
        sent = {name: value for name, value in variables.items() if name in names}
        if takes(old, sent):
            event("rendered before")
            assert takes(new, sent), (old.template, new.template, sent)


@given(TEMPLATES, TEMPLATES, st.lists(VARIABLES, min_size=5, max_size=20))
@settings(deadline=None, max_examples=EXAMPLES, database=None)
def test_a_safe_change_of_a_template_fails_no_render_that_worked(
    old: str, new: str, tried: list[dict[str, Any]]
) -> None:
    holds(text(old), text(new), tried)


@given(TEMPLATES, st.data(), st.lists(VARIABLES, min_size=5, max_size=20))
@settings(deadline=None, max_examples=EXAMPLES, database=None)
def test_a_safe_rearrangement_of_a_template_fails_no_render_that_worked(
    old: str, data: st.DataObject, tried: list[dict[str, Any]]
) -> None:
    """A new template made of the pieces of the old one, so that many changes are safe."""
    holds(text(old + "{{.a}}{{.b}}"), text(data.draw(PLAIN_TEMPLATES) + "{{if .a}}{{.b}}{{end}}" + old), tried)


@given(TEMPLATES, INPUT_SCHEMAS, INPUT_SCHEMAS | st.none(), st.lists(VARIABLES, min_size=5, max_size=20))
@settings(deadline=None, max_examples=EXAMPLES, database=None)
def test_a_safe_change_of_a_schema_fails_no_render_that_worked(
    template: str, old: Any, new: Any, tried: list[dict[str, Any]]
) -> None:
    holds(text(template, input_schema=old), text(template + "x", input_schema=new), tried)
    holds(text(template), text(template, input_schema=new), tried)


@given(st.lists(PLAIN_TEMPLATES, min_size=1, max_size=3), st.data(), st.lists(VARIABLES, min_size=5, max_size=20))
@settings(deadline=None, max_examples=EXAMPLES, database=None)
def test_a_safe_change_of_a_chat_fails_no_render_that_worked(
    old: list[str], data: st.DataObject, tried: list[dict[str, Any]]
) -> None:
    """New messages are made of the old ones, in another order, and one more."""
    new = data.draw(st.permutations([*old, data.draw(PLAIN_TEMPLATES)]))
    history = data.draw(st.sampled_from(([], [{"placeholder": "c"}])))
    holds(chat(*old, *history), chat(*history, *new), tried)
    holds(chat(*old), chat(*data.draw(st.permutations(old))), tried)


@given(PLAIN_TEMPLATES, PLAIN_TEMPLATES, DECLARED, st.data())
@settings(deadline=None, max_examples=EXAMPLES, database=None)
def test_what_a_schema_makes_sure_fails_no_render_that_worked(
    old: str, new: str, kinds: dict[str, str], data: st.DataObject
) -> None:
    """The old template reads next to nothing in half of the cases: what is safe then is so by the schema alone."""
    schema, satisfying = declared(kinds)
    tried = data.draw(st.lists(satisfying, min_size=5, max_size=10))
    before = data.draw(st.sampled_from((old, "{{.a}}{{.b}}{{.c}}")))
    reads_all = "{{if .a}}{{end}}{{if .b}}{{end}}{{if .c}}{{end}}"
    holds(text(before + reads_all, input_schema=schema), text(new + reads_all, input_schema=schema), tried)
