"""Rendering in a small pool of threads, so that the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from promptwire.domain.templates import render
from promptwire.wire.canonical import JsonValue
from promptwire.wire.delivery import Numbers

_AT_ONCE = 2


class ThreadRenderer:
    """Fills templates within the engine's limits."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="promptwire-render")

    async def render(self, template: str, variables: Mapping[str, JsonValue]) -> str:
        """Fill a template with variables."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, render, template, variables, self._numbers)

    def close(self) -> None:
        """Finish what is running."""
        self._pool.shutdown()
