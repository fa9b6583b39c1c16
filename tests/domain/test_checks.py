"""What checks find about a version, and which of it stops a promotion."""

from __future__ import annotations

from typing import Any

import pytest

from promptwire.domain import checking
from promptwire.domain.agreement import disagreements
from promptwire.domain.checking import CheckSubject, findings_of, payload_variables
from promptwire.domain.checks import Check, parse_checks, stopping
from promptwire.domain.errors import InvalidInput
from promptwire.domain.needs import Reading
from promptwire.domain.payloads import Payload
from promptwire.integrations.schemas import JsonSchemas
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from support import make
from support.contents import schema_of, text

SCHEMAS = JsonSchemas()


def violations(schema: JsonValue, variables: JsonValue) -> Any:
    return SCHEMAS.compile(schema).violations(variables)


def subject(content: Content, *payloads: Payload, replaced: Content | None = None, **fields: Any) -> CheckSubject:
    old = replaced.content_hash if replaced else None
    hashes = {"content_hash": content.content_hash, "replaced_hash": old}
    return CheckSubject(**{"content": content, "replaced": replaced, "payloads": payloads, **hashes, **fields})


def saved(variables: str, name: str | None = "sample") -> Payload:
    return make.payload("p", id="the-id", name=name, variables=variables)


def found(content: Content, *payloads: Payload, **fields: Any) -> list[str]:
    return [
        f"{one.check.value} {one.severity.value} {one.path or '-'}: {one.message}"
        for one in findings_of(subject(content, *payloads, **fields), violations)
    ]


def test_a_version_with_nothing_wrong_has_no_findings() -> None:
    schema = schema_of({"name": {"type": "string"}}, "name")
    content = text("Hi {{.name}}", input_schema=schema)
    assert found(content, saved('{"name": "Ada"}'), replaced=text("Hello {{.name}}", input_schema=schema)) == []


NO_LIST = "template execution failed: variables.history must be a list of messages"
FAILED = (
    'template execution failed: template: prompt:1:2: executing "prompt" at <.name>: map has no entry for key "name"'
)


@pytest.mark.parametrize(
    ("content", "payload", "expected"),
    [
        (text("{{.name}}"), saved("{}"), [f"renders error -: payload 'sample': {FAILED}"]),
        (text("{{.name}}"), saved("null", None), [f"renders error -: payload the-id: {FAILED}"]),
        (
            text("{{.name}}"),
            saved('["Ada"]'),
            ["renders warning -: payload 'sample' holds no object that a render takes"],
        ),
        (
            text("{{.name}}", input_schema=schema_of({"name": {"type": "string"}}, "name")),
            saved('{"name": 3}'),
            ["schema error name: payload 'sample': name: the value is not of type \"string\""],
        ),
        (text("{{"), saved("{}"), ["renders error -: cannot be read: template: prompt:1: unclosed action"]),
        (
            Content(kind="chat", messages=[{"placeholder": "history"}]),
            saved('{"history": 3}'),
            [f"renders error -: payload 'sample': {NO_LIST}"],
        ),
    ],
)
def test_saved_payloads_are_tried(content: Content, payload: Payload, expected: list[str]) -> None:
    assert found(content, payload) == expected


def test_what_breaks_callers_of_what_is_replaced_is_found() -> None:
    assert found(text("{{.b}}"), replaced=text("{{.a}}")) == [
        "breaking error b: every render needs b now",
        "breaking error a: a is not read any more",
    ]
    assert found(text("{{.b}}"), replaced=text("{{")) == []


def test_payloads_that_were_not_tried_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(text("x"), more_payloads=7) == ["renders warning -: 7 older saved payloads were not tried"]
    monkeypatch.setattr(checking, "MAX_SECONDS", -1)
    assert found(text("x"), saved("{}")) == [
        "renders error -: 1 saved payloads were not tried: the others took over -1 seconds"
    ]


@pytest.mark.parametrize(
    ("template", "schema", "expected"),
    [
        ("{{.a}}", schema_of({"a": {}}, "a"), []),
        ("{{.a}}", schema_of({"a": {}}), ["error a: the input schema lets a be left out, which every render needs"]),
        ("{{.a}}", schema_of({}), ["error a: the input schema does not describe a, which the version reads"]),
        (
            "{{.a}}",
            schema_of({}, additionalProperties=False),
            ["error a: the input schema does not allow a, which the version reads"],
        ),
        (
            "{{if .a}}{{.b}}{{end}}",
            schema_of({"a": {}}, "a"),
            ["warning b: the input schema does not describe b, which the version reads"],
        ),
        (
            "{{if .a}}{{.b}}{{end}}",
            schema_of({"a": {}}, "a", additionalProperties=False),
            ["error b: the input schema does not allow b, which the version reads"],
        ),
        ("{{if .a}}{{.b}}{{end}}", schema_of({"a": {}, "b": {}}, "a"), []),
        ("x", schema_of({}, "z"), ["warning z: the input schema requires z, which is never read"]),
        (
            "{{.u.n}}",
            {
                "allOf": [{"$ref": "#/$defs/u"}],
                "required": ["u"],
                "$defs": {"u": schema_of({"u": schema_of({"n": {}})})},
            },
            ["error u.n: the input schema lets u.n be left out, which every render needs"],
        ),
        (
            "{{range .l}}{{.t}}{{end}}",
            schema_of({"l": {"type": "string"}}, "l"),
            [
                "error l: the input schema says that l is string; the version needs array or object or integer or null",
            ],
        ),
        ("{{range .l}}{{.t}}{{end}}", schema_of({"l": {"type": "array", "items": schema_of({"t": {}}, "t")}}, "l"), []),
        ("{{.a}}", None, []),
    ],
)
def test_a_schema_is_held_against_what_the_templates_need(template: str, schema: Any, expected: list[str]) -> None:
    content = text(template, input_schema=schema)
    told = disagreements(Reading(content), content.input_schema)
    assert [f"{one.severity.value} {one.path}: {one.message}" for one in told] == expected


def test_a_digest_names_all_that_findings_rest_on() -> None:
    one = subject(text("a"), saved("{}"))
    others = [
        subject(text("b"), saved("{}")),
        subject(text("a"), saved("[]")),
        subject(text("a"), saved("{}", "other")),
        subject(text("a"), saved("{}"), replaced=text("a")),
        subject(text("a"), saved("{}"), more_payloads=1),
        subject(text("a")),
    ]
    assert one.digest == subject(text("a"), saved("{}")).digest
    assert len({one.digest, *(other.digest for other in others)}) == 7


@pytest.mark.parametrize(
    ("text_", "variables"),
    [
        ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
        ("null", {}),
        ("3", None),
        ("[]", None),
        ('{"a": ' + "[" * 150 + "]" * 150 + "}", ...),
        ('{"a": ' + "[" * 250 + "]" * 250 + "}", None),
        ('{"a": ' + "[" * 90_000 + "]" * 90_000 + "}", None),
        ('{"a": ' + "9" * 5000 + "}", None),
    ],
)
def test_a_payload_is_read_as_a_render_reads_it(text_: str, variables: Any) -> None:
    read = payload_variables(text_)
    assert read == variables or (variables is ... and read is not None)


def test_only_errors_of_the_checks_asked_for_stop_anything() -> None:
    told = findings_of(subject(text("{{.a}}{{.b}}"), saved("{}"), saved("3"), replaced=text("{{.a}}")), violations)
    assert [one.check.value for one in stopping(told, [Check.BREAKING])] == ["breaking"]
    assert [one.check.value for one in stopping(told, list(Check))] == ["renders", "breaking"]
    assert stopping(told, []) == stopping(told, [Check.SCHEMA]) == ()


def test_checks_are_read_in_one_order() -> None:
    assert parse_checks(["breaking", "renders", "breaking"]) == (Check.RENDERS, Check.BREAKING)
    assert parse_checks([]) == ()
    with pytest.raises(InvalidInput, match="invalid check 'x', promotion_checks may hold renders, schema, breaking"):
        parse_checks(["schema", "x"])
