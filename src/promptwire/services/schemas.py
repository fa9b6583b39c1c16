"""Input schemas: reading one that was sent."""

from __future__ import annotations

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
