"""Rendering and parsing, somewhere they do not hold anybody else up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from promptwire.domain.errors import InvalidTemplate
from promptwire.domain.templates import Rendered
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content


class Renderer(Protocol):
    """Fills templates, and parses them, off the event loop."""

    async def render(self, content: Content, variables: Mapping[str, JsonValue]) -> Rendered:
        """Fill a version with variables.

        Raises:
            InvalidVariables: When they do not satisfy its input schema.
            RenderLimitExceeded: When it needs more than its limits allow.
            RenderFailed: When it fails with these variables.
        """
        ...

    async def problems(self, content: Content) -> tuple[InvalidTemplate, ...]:
        """Give why the templates of a version do not parse; nothing where they do."""
        ...
