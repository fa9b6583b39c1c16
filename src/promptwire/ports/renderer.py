"""Rendering, somewhere it does not hold anybody else up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from promptwire.wire.canonical import JsonValue


class Renderer(Protocol):
    """Fills templates off the event loop."""

    async def render(self, template: str, variables: Mapping[str, JsonValue]) -> str:
        """Fill a template with variables.

        Raises:
            RenderLimitExceeded: When it needs more than its limits allow.
            RenderFailed: When it fails with these variables.
        """
        ...
