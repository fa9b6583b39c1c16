"""JSON Schemas checked by jsonschema-rs, with regular expressions that take linear time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NoReturn, cast

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from promptwire.domain.errors import InvalidInput, InvalidVariables, RenderLimitExceeded
from promptwire.domain.schemas import FIELD, MAX_STEPS, Violation, check_shape, inlined, places, show_path
from promptwire.wire.canonical import JsonValue, canonical_json

_KEPT = 512  # schemas
_SHOWN = 20  # violations
_PATTERN_BYTES = 1024 * 1024  # memory of one compiled regular expression
_MASK = "the value"
_LONGEST = 500  # characters of a reason


class JsonSchemas:
    """The validator, which keeps the schemas it has seen lately."""

    def __init__(self) -> None:
        self._compiled = lru_cache(_KEPT)(_compiled)

    def compile(self, schema: JsonValue) -> Compiled:
        """Make a schema ready; cheap for one that was seen lately."""
        return self._compiled(_Key(schema))

    def forget(self) -> None:
        """Keep none of them any longer."""
        self._compiled.cache_clear()


class _Key:
    """A schema that compares by its text."""

    __slots__ = ("schema", "text")

    def __init__(self, schema: JsonValue) -> None:
        self.schema = schema
        self.text = canonical_json(schema)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


class Compiled:
    """A schema, ready to check with."""

    __slots__ = ("_places", "_validator")

    def __init__(self, schema: JsonValue) -> None:
        written = inlined(check_shape(schema))
        self._places = places(written)
        try:
            self._validator = Draft202012Validator(
                cast("dict[str, Any]", written),
                pattern_options=RegexOptions(size_limit=_PATTERN_BYTES, dfa_size_limit=_PATTERN_BYTES),
                mask=_MASK,
                retriever=_refuse,
            )
        except ValidationError as error:
            raise InvalidInput(_complaint(error), FIELD) from None

    def violations(self, variables: JsonValue) -> tuple[Violation, ...]:
        """Say where variables are not what the schema asks for."""
        if self._places * _values(variables) > MAX_STEPS:
            raise RenderLimitExceeded(f"checking so many variables against this schema takes over {MAX_STEPS} steps")
        if self._validator.is_valid(variables):
            return ()
        errors = islice(self._validator.iter_errors(variables), _SHOWN)
        return tuple(Violation(show_path(list(error.instance_path)), error.message[:_LONGEST]) for error in errors)

    def check(self, variables: JsonValue) -> None:
        """Let variables through that are what the schema asks for."""
        violations = self.violations(variables)
        if violations:
            raise InvalidVariables(violations)


def _compiled(key: _Key) -> Compiled:
    return Compiled(key.schema)


def _values(value: JsonValue) -> int:
    """Count the values within a value, itself included."""
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        count += 1
        if isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return count


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"nothing is fetched: {uri}")


def _complaint(error: ValidationError) -> str:
    """Say what is wrong with a schema, and where."""
    path: list[Any] = list(error.instance_path)
    where = f" at {show_path(path)}" if path else ""
    if path and path[-1] in {"pattern", "patternProperties"}:
        return f"input_schema{where}: no regular expression of the kind that takes linear time"
    return f"input_schema{where}: {error.message[:_LONGEST]}"
