"""What a schema refuses of what another took: compared with the validator, and case by case."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from promptwire.domain.schema_changes import narrowings
from support.contents import SCHEMAS, VALUES

EXAMPLES = int(os.environ.get("COMPATIBILITY_EXAMPLES", "100"))


def refused(old: Any, new: Any) -> list[str]:
    return [f"{'.'.join(one.path)} {one.kind}".strip() for one in narrowings(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (True, {"type": "string"}, ["type"]),
        ({"type": "string"}, True, []),
        ({"type": "string"}, {}, []),
        ({"type": "string"}, False, ["removed"]),
        (False, {"type": "string"}, []),
        ({"type": "integer"}, {"type": "number"}, []),
        ({"type": "number"}, {"type": "integer"}, ["type"]),
        ({"type": "string"}, {"type": ["string", "null"]}, []),
        ({"type": ["string", "null"]}, {"type": "string"}, ["type"]),
        ({"const": "a"}, {"type": "string"}, []),
        ({"enum": ["a", 1]}, {"type": "string"}, ["type"]),
        ({"enum": ["a", "b"]}, {"enum": ["b", "c", "a"]}, []),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, ["enum"]),
        ({"const": 1}, {"enum": [1.0]}, []),
        ({"type": "string"}, {"minimum": 3}, []),
        ({"minimum": 3}, {"minimum": 2}, []),
        ({"minimum": 3}, {"exclusiveMinimum": 3}, ["exclusiveMinimum"]),
        ({"exclusiveMinimum": 3}, {"minimum": 3}, []),
        ({"maximum": 3}, {"maximum": 2}, ["maximum"]),
        ({"maxLength": 3}, {"maxLength": 4}, []),
        ({}, {"maxLength": 4}, ["maxLength"]),
        ({"minItems": 1}, {"minItems": 2}, ["minItems"]),
        ({"pattern": "a"}, {"pattern": "a"}, []),
        ({"pattern": "a"}, {"pattern": "b"}, ["pattern"]),
        ({}, {"required": ["a"]}, ["a required"]),
        ({"required": ["a", "b"]}, {"required": ["a"]}, []),
        ({"properties": {"a": True}}, {"properties": {"a": {"type": "string"}}}, ["a type"]),
        ({"properties": {"a": {"type": "string"}}}, {"additionalProperties": False}, ["a removed", "* removed"]),
        ({"additionalProperties": False}, {"properties": {"a": {"type": "string"}}}, []),
        ({"items": {"type": "string"}}, {"items": {"type": ["string", "null"]}}, []),
        ({"items": True}, {"items": {"required": ["a"]}}, ["[].a required"]),
        ({"items": {}}, {"items": {"type": "string"}, "prefixItems": [True]}, ["items", "prefixItems"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}, []),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "null"}]}, ["anyOf"]),
        ({"type": "string"}, {"allOf": [{"type": "string"}, {"minLength": 1}]}, ["minLength"]),
        ({"type": "string"}, {"oneOf": [{"type": "string"}]}, ["oneOf"]),
        ({"title": "x"}, {"title": "y", "format": "email", "description": "z"}, []),
        ({"if": {"type": "string"}, "then": {}}, {"if": {"type": "null"}, "then": {}}, ["if", "then"]),
        ({}, {"unevaluatedProperties": False}, ["unevaluatedProperties"]),
    ],
)
def test_what_is_refused_is_told(old: Any, new: Any, expected: list[str]) -> None:
    assert sorted(refused(old, new)) == sorted(expected)


@given(SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=5, max_size=20))
@settings(deadline=None, max_examples=EXAMPLES, database=None)
def test_where_nothing_is_told_the_validator_refuses_nothing_that_it_took(
    old: Any, new: Any, values: list[Any]
) -> None:
    assume(not refused(old, new))
    before, after = Draft202012Validator(old), Draft202012Validator(new)
    for value in values:
        assert after.is_valid(value) or not before.is_valid(value)


@given(SCHEMAS)
@settings(deadline=None, max_examples=50, database=None)
def test_a_schema_refuses_nothing_of_itself(schema: Any) -> None:
    assert refused(schema, schema) == []
