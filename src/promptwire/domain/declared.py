"""What a schema says of one place in the variables, as far as its plainest keywords tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from promptwire.domain.schema_changes import types_of
from promptwire.domain.schemas import Schema

_STEP = re.compile(r"\[\]|[^.\[\]]+")


class Declared:
    """A place in the variables, and the inlined schemas that all hold for what is there."""

    def __init__(self, schemas: list[Schema]) -> None:
        self._schemas = [one for schema in schemas for one in _all(schema)]

    @property
    def types(self) -> frozenset[str]:
        """The types that a value there may have."""
        types = types_of({})
        for schema in self._schemas:
            types &= types_of(schema)
        return types

    @property
    def required(self) -> frozenset[str]:
        """The keys that a mapping there must have."""
        return frozenset(name for schema in self._schemas for name in schema.get("required", ()))

    @property
    def names(self) -> frozenset[str]:
        """The keys that are described."""
        return frozenset(name for schema in self._schemas for name in schema.get("properties", {}))

    @property
    def closed(self) -> bool:
        """Whether a mapping there may have no other keys."""
        return any(
            schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
            for schema in self._schemas
            if "patternProperties" not in schema
        )

    def at(self, path: str) -> Declared:
        """Follow a path such as `users[].name`; a place of which nothing is said holds anything."""
        place = self
        for step in _STEP.findall(path):
            place = place._elements() if step == "[]" else place._property(step)
        return place

    def _property(self, name: str) -> Declared:
        below = [schema["properties"][name] for schema in self._schemas if name in schema.get("properties", {})]
        return Declared(below)

    def _elements(self) -> Declared:
        """Go to the items of a list; where it may be a mapping, nothing is known of its values."""
        if self.types <= {"array", "null"}:
            return Declared(
                [schema["items"] for schema in self._schemas if "items" in schema and "prefixItems" not in schema]
            )
        return Declared([])


def _all(schema: Schema) -> Iterator[Mapping[str, Any]]:
    """Give a schema and those it is made of by `allOf`."""
    if isinstance(schema, Mapping):
        yield schema
        for one in schema.get("allOf", ()):  # type: ignore[union-attr]  # a list of schemas: it was validated
            yield from _all(one)  # type: ignore[arg-type]  # the same
