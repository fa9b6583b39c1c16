"""Rendering in a few processes of their own, so that no template holds up anybody else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from promptwire.domain.errors import InvalidTemplate
from promptwire.domain.templates import Rendered, forget, problems
from promptwire.integrations.workers import Workers
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

_MOST = 4  # processes
_SMALL = 8 * 1024  # characters of a version whose templates are parsed in a thread: that is quicker than to hand it on


class ProcessRenderer:
    """Fills templates, and parses them, within the engine's limits."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._workers = Workers("promptwire.integrations.render_worker", min(_MOST, max(1, (os.cpu_count() or 1) - 1)))

    async def render(self, content: Content, variables: Mapping[str, JsonValue]) -> Rendered:
        """Fill a version with variables."""
        rendered: Rendered = await self._workers.run("fill", content, variables, self._numbers)
        return rendered

    async def problems(self, content: Content) -> tuple[InvalidTemplate, ...]:
        """Give why the templates of a version do not parse."""
        if len(str(content.template or content.messages)) <= _SMALL:
            return await asyncio.to_thread(problems, content)
        found: tuple[InvalidTemplate, ...] = await self._workers.run("problems", content)
        return found

    def forget(self) -> None:
        """Keep nothing of any text any longer, here and in the other processes."""
        forget()
        self._workers.renew()

    async def close(self) -> None:
        """End every process."""
        await self._workers.close()
