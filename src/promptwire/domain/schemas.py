"""Input schemas: JSON Schema (draft 2020-12) of the variables of a prompt, within bounds.

A schema that is kept is plain data: it refers to nothing outside itself and never to itself in a circle, so that it can
be written out without references (`inlined`). Everything that looks into schemas, the validator too, gets that form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast
from urllib.parse import unquote

from promptwire.domain.errors import InvalidInput
from promptwire.wire.canonical import JsonValue, canonical_json

Schema: TypeAlias = "bool | Mapping[str, JsonValue]"

FIELD = "input_schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_BYTES = 64 * 1024
"""Of the canonical text of a schema."""
MAX_PLACES = 2_000
"""Schemas within a schema, each counted as often as it is referred to."""
MAX_DEPTH = 64
"""Schemas in one another, through references too."""
MAX_STEPS = 10_000_000
"""Places of a schema times values in the variables: a bound on what one check may take."""

HOLDS_ONE = frozenset(
    {
        *("additionalProperties", "items", "contains", "not", "if", "then", "else", "propertyNames"),
        *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
    }
)
HOLDS_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
HOLDS_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas"})
ANNOTATIONS = frozenset(
    {
        *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema"),
        *("format", "contentEncoding", "contentMediaType", "contentSchema", "$id", "$defs", "definitions"),
    }
)
"""Keywords that no value can break; `format` is one of them, as in the specification."""
_REFUSED = frozenset(
    {"$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$vocabulary", "$id", "$schema"}
)
_DROPPED = frozenset({"$ref", "$defs", "definitions", "$id", "$schema", "$comment"})


@dataclass(frozen=True, slots=True)
class Violation:
    """Where variables are not what a schema asks for, and why."""

    path: str
    """Such as `user.name` or `users[3].age`; empty for the variables as a whole."""
    reason: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path}: {self.reason}" if self.path else self.reason


def check_shape(schema: JsonValue) -> Schema:
    """Give back a schema that may be kept; whether its keywords are right, the validator says.

    Raises:
        InvalidInput: When it is no object, too large, or refers to what it may not.
    """
    if not isinstance(schema, Mapping):
        raise InvalidInput("input_schema must be a JSON Schema, which is an object", FIELD)
    if schema.get("$schema", DIALECT) not in {DIALECT, f"{DIALECT}#"}:
        raise InvalidInput(f"input_schema must be of draft 2020-12: leave $schema out, or make it {DIALECT}", FIELD)
    if len(canonical_json(schema)) > MAX_BYTES:
        raise InvalidInput(f"input_schema must be at most {MAX_BYTES} bytes", FIELD)
    types = schema.get("type", "object")
    if isinstance(types, str | list) and "object" not in ([types] if isinstance(types, str) else types):
        raise InvalidInput("input_schema must describe an object: variables have names", FIELD)
    inlined(schema)
    return schema


def inlined(schema: Schema) -> Schema:
    """Write a schema out without references.

    Raises:
        InvalidInput: When a reference leads outside, nowhere, or in a circle, or the result is too large.
    """
    if isinstance(schema, bool):
        return schema
    return _Inlining(schema).schema({name: value for name, value in schema.items() if name not in {"$schema", "$id"}})


def places(schema: JsonValue) -> int:
    """Count the schemas within an inlined schema, itself included."""
    if not isinstance(schema, Mapping):
        return 1
    return 1 + sum(places(inner) for name, value in schema.items() for inner in _within(name, value))


def _within(name: str, value: JsonValue) -> list[JsonValue]:
    if name in HOLDS_ONE:
        return [value]
    if name in HOLDS_LIST and isinstance(value, list):
        return value
    return list(value.values()) if name in HOLDS_NAMED and isinstance(value, Mapping) else []


def show_path(parts: list[str | int]) -> str:
    """Give the path of a value as people write it: `users[3].age`."""
    shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return shown.removeprefix(".")


class _Inlining:
    """Puts what a schema refers to in place of its references."""

    def __init__(self, root: Mapping[str, JsonValue]) -> None:
        self._root = root
        self._left = MAX_PLACES
        self._following: list[str] = []
        self._depth = 0

    def schema(self, schema: JsonValue) -> Schema:
        """Write out a schema; what is none is left for the validator to complain about."""
        if not isinstance(schema, Mapping):
            return cast("Schema", schema)
        self._left -= 1
        self._depth += 1
        if self._left < 0:
            raise InvalidInput(f"input_schema must have at most {MAX_PLACES} schemas, references counted", FIELD)
        if self._depth > MAX_DEPTH:
            raise InvalidInput(f"input_schema must be nested at most {MAX_DEPTH} deep, references counted", FIELD)
        for name in sorted(_REFUSED & schema.keys()):
            raise InvalidInput(f"input_schema must not have {name} inside: refer with $ref to #/$defs/…", FIELD)
        written = {name: self._keyword(name, value) for name, value in schema.items() if name not in _DROPPED}
        if "$ref" in schema:
            written = self._with_target(written, schema["$ref"])
        self._depth -= 1
        return written

    def _with_target(self, written: dict[str, JsonValue], reference: JsonValue) -> dict[str, JsonValue]:
        target = self._target(reference)
        if not written and isinstance(target, Mapping):
            return dict(target)
        others = written.get("allOf", [])
        return written | {"allOf": [target, *(others if isinstance(others, list) else [others])]}

    def _keyword(self, name: str, value: JsonValue) -> JsonValue:
        if name in HOLDS_ONE:
            return self.schema(value)
        if name in HOLDS_LIST and isinstance(value, list):
            return [self.schema(one) for one in value]
        if name in HOLDS_NAMED and isinstance(value, Mapping):
            return {key: self.schema(one) for key, one in value.items()}
        return value

    def _target(self, reference: JsonValue) -> Schema:
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise InvalidInput(f"input_schema must not refer to what is outside of it: {str(reference)[:200]!r}", FIELD)
        if reference in self._following:
            raise InvalidInput(f"input_schema must not refer to itself in a circle: {reference[:200]!r}", FIELD)
        self._following.append(reference)
        target = self.schema(self._find(reference))
        self._following.pop()
        return target

    def _find(self, reference: str) -> JsonValue:
        found: JsonValue = self._root
        for part in reference[1:].split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise InvalidInput(f"input_schema refers to what is not there: {reference[:200]!r}", FIELD)
        if not isinstance(found, Mapping | bool) or (reference != "#" and not reference.startswith("#/")):
            raise InvalidInput(f"input_schema refers to what is not there: {reference[:200]!r}", FIELD)
        return found
