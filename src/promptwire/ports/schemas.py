"""Checking values against JSON Schemas."""

from __future__ import annotations

from typing import Protocol

from promptwire.domain.schemas import Violation
from promptwire.wire.canonical import JsonValue


class CompiledSchema(Protocol):
    """A schema, ready to check with; immutable, and safe in threads."""

    def violations(self, variables: JsonValue) -> tuple[Violation, ...]:
        """Say where variables are not what the schema asks for, up to 20 places; empty where they are.

        Raises:
            RenderLimitExceeded: When checking would take too long.
        """
        ...

    def check(self, variables: JsonValue) -> None:
        """Let variables through that are what the schema asks for.

        Raises:
            InvalidVariables: Naming path and reason of what is not.
            RenderLimitExceeded: When checking would take too long.
        """
        ...


class Schemas(Protocol):
    """The validator."""

    def compile(self, schema: JsonValue) -> CompiledSchema:
        """Make a schema ready; cheap for one that was seen lately.

        Raises:
            InvalidInput: When it is no schema that may be kept, naming the place and the reason.
        """
        ...
