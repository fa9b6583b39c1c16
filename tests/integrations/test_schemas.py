"""Input schemas: which may be kept, and what holding variables against one says."""

from __future__ import annotations

import time
from typing import Any

import pytest

from promptwire.domain.errors import InvalidInput, RenderLimitExceeded
from promptwire.domain.schemas import MAX_BYTES
from promptwire.integrations.schemas import JsonSchemas
from support.contents import schema_of

SCHEMAS = JsonSchemas()
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PERSON = {"$ref": "#/$defs/person"}
PEOPLE: dict[str, Any] = {
    "$schema": DIALECT,
    "$id": "https://example.com/people",
    "type": "object",
    "properties": {"people": {"type": "array", "items": PERSON}, "chief": {**PERSON, "required": ["name"]}},
    "required": ["people"],
    "$defs": {"person": schema_of({"name": {"type": "string"}, "age": {"minimum": 0}})},
}


def doubled(times: int) -> dict[str, Any]:
    """Give a schema of few words that is large once written out."""
    links: dict[str, Any] = {f"s{at}": {"anyOf": [{"$ref": f"#/$defs/s{at + 1}"}] * 2} for at in range(times)}
    return {"$ref": "#/$defs/s0", "$defs": {**links, f"s{times}": {"type": "object"}}}


def nested(times: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(times):
        schema = {"properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"people": []}, []),
        ({"people": [{"name": "Ada", "age": 36}], "chief": {"name": "Bob"}, "more": 1}, []),
        ({}, ['"people" is a required property']),
        ({"people": [{}, {"name": 7}]}, ['people[1].name: the value is not of type "string"']),
        ({"people": [], "chief": {}}, ['chief: "name" is a required property']),
        (
            {"people": [{"age": -1}, {"age": -2}]},
            [
                "people[0].age: the value is less than the minimum of 0",
                "people[1].age: the value is less than the minimum of 0",
            ],
        ),
    ],
)
def test_violations_name_path_and_reason_and_no_value(variables: Any, expected: list[str]) -> None:
    assert [str(one) for one in SCHEMAS.compile(PEOPLE).violations(variables)] == expected


def test_no_more_violations_than_anybody_reads() -> None:
    schema = schema_of({"l": {"items": {"type": "string"}}})
    assert len(SCHEMAS.compile(schema).violations({"l": list(range(10_000))})) == 20


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (3, "input_schema must be a JSON Schema, which is an object"),
        (True, "input_schema must be a JSON Schema, which is an object"),
        ([], "input_schema must be a JSON Schema, which is an object"),
        ({"type": "array"}, "input_schema must describe an object: variables have names"),
        ({"type": ["string", "null"]}, "input_schema must describe an object: variables have names"),
        ({"type": ["objekt", "object"]}, "input_schema at type: the value is not valid under any of the schemas"),
        ({"required": "a"}, 'input_schema at required: the value is not of type "array"'),
        ({"properties": {"a": {"minimum": "x"}}}, "input_schema at properties.a.minimum: the value is not of type"),
        ({"properties": {"a": 3}}, "input_schema at properties.a: "),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#"},
            f"input_schema must be of draft 2020-12: leave $schema out, or make it {DIALECT}",
        ),
        (
            {"properties": {"a": {"$ref": "https://example.com/a"}}},
            "input_schema must not refer to what is outside of it: 'https://example.com/a'",
        ),
        ({"$ref": "other.json#/a"}, "input_schema must not refer to what is outside of it: 'other.json#/a'"),
        ({"$ref": "file:///etc/passwd"}, "input_schema must not refer to what is outside of it: 'file:///etc/passwd'"),
        ({"$ref": 3}, "input_schema must not refer to what is outside of it: '3'"),
        ({"$ref": "#"}, "input_schema must not refer to itself in a circle: '#'"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/a"}}}}},
            "input_schema must not refer to itself in a circle: '#/$defs/a'",
        ),
        ({"$ref": "#/$defs/a"}, "input_schema refers to what is not there: '#/$defs/a'"),
        ({"$ref": "#a"}, "input_schema refers to what is not there: '#a'"),
        ({"$ref": "#/title", "title": "x"}, "input_schema refers to what is not there: '#/title'"),
        ({"not": {"$dynamicRef": "#x"}}, "input_schema must not have $dynamicRef inside: refer with $ref to #/$defs/…"),
        ({"not": {"$id": "x"}}, "input_schema must not have $id inside: refer with $ref to #/$defs/…"),
        ({"not": {"$anchor": "x"}}, "input_schema must not have $anchor inside: refer with $ref to #/$defs/…"),
        (doubled(30), "input_schema must have at most 2000 schemas, references counted"),
        (nested(70), "input_schema must be nested at most 64 deep, references counted"),
        ({"description": "x" * MAX_BYTES}, "input_schema must be at most 65536 bytes"),
        (
            {"properties": {"a": {"pattern": "(?=a)b"}}},
            "input_schema at properties.a.pattern: no regular expression of the kind that takes linear time",
        ),
        (
            {"properties": {"a": {"pattern": "((a{1000}){1000}){1000}"}}},
            "input_schema at properties.a.pattern: no regular expression of the kind that takes linear time",
        ),
    ],
)
def test_a_schema_that_may_not_be_kept_is_refused(schema: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        SCHEMAS.compile(schema)
    assert str(refused.value).startswith(words)
    assert refused.value.field == "input_schema"


def test_references_without_circles_are_followed() -> None:
    schema: dict[str, Any] = {
        "properties": {"a": {"$ref": "#/definitions/x~1y"}, "b": {"$ref": "#/properties/a"}},
        "definitions": {"x/y": {"type": "string"}},
    }
    compiled = SCHEMAS.compile(schema)
    assert compiled.violations({"a": "x", "b": "y"}) == ()
    assert [one.path for one in compiled.violations({"a": 1, "b": 2})] == ["a", "b"]


def test_a_regular_expression_takes_linear_time() -> None:
    compiled = SCHEMAS.compile(schema_of({"a": {"pattern": "^(a+)+$"}}))
    began = time.process_time()
    assert compiled.violations({"a": "a" * 100_000 + "!"})
    assert time.process_time() - began < 2  # a hundredth of it; one that goes back would take for ever


def test_what_takes_too_long_is_refused_before() -> None:
    compiled = SCHEMAS.compile(schema_of({"l": {"items": doubled(9)["$defs"]["s9"] | {"anyOf": [{}] * 1000}}}))
    assert compiled.violations({"l": [{}]}) == ()
    with pytest.raises(RenderLimitExceeded, match="takes over 10000000 steps"):
        compiled.violations({"l": [{}] * 20_000})


def test_a_schema_is_made_ready_once() -> None:
    assert SCHEMAS.compile(dict(PEOPLE)) is SCHEMAS.compile(PEOPLE)
