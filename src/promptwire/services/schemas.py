"""Input schemas: reading one that was sent, and holding variables against one."""

from __future__ import annotations

from collections.abc import Mapping

from promptwire.domain.errors import InvalidVariables
from promptwire.ports.schemas import Schemas
from promptwire.wire.canonical import JsonValue


def read_schema(schemas: Schemas, schema: JsonValue) -> JsonValue:
    """Give back a schema that may be kept, None for none.

    Raises:
        InvalidInput: When it is none that may be kept, naming the place and the reason.
    """
    if schema is not None:
        schemas.compile(schema)
    return schema


def check_variables(schemas: Schemas, schema: JsonValue, variables: Mapping[str, JsonValue]) -> None:
    """Let variables through that satisfy the input schema of a version; None takes any.

    Raises:
        InvalidVariables: Naming path and reason of what does not.
        RenderLimitExceeded: When checking would take too long.
    """
    if schema is None:
        return
    violations = schemas.compile(schema).violations(variables)
    if violations:
        raise InvalidVariables(violations)
