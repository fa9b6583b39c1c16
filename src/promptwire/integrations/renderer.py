"""Rendering in a small pool of threads, so that the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from promptwire.domain.errors import InvalidTemplate
from promptwire.domain.templates import Rendered, problems, render
from promptwire.ports.schemas import Schemas
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

_AT_ONCE = 2


class ThreadRenderer:
    """Fills templates within the engine's limits."""

    def __init__(self, schemas: Schemas, numbers: Numbers) -> None:
        self._schemas = schemas
        self._numbers = numbers
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="promptwire-render")

    async def render(self, content: Content, variables: Mapping[str, JsonValue]) -> Rendered:
        """Fill a version with variables."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._render, content, variables)

    async def problems(self, content: Content) -> tuple[InvalidTemplate, ...]:
        """Give why the templates of a version do not parse."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, problems, content)

    def _render(self, content: Content, variables: Mapping[str, JsonValue]) -> Rendered:
        if content.input_schema is not None:
            self._schemas.compile(content.input_schema).check(variables)
        return render(content, variables, self._numbers)

    def close(self) -> None:
        """Finish what is running."""
        self._pool.shutdown()
