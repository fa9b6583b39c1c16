"""Parsing outside of the transaction that stores: SQLite has one writer, and a large template takes a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from promptwire.domain.templates import same_templates
from promptwire.ports.renderer import Renderer
from promptwire.services.versions import Check
from promptwire.wire.content import Content

Result = TypeVar("Result")


class _Unparsed(Exception):
    """The templates of a content were not parsed yet; nothing else stands in the way of storing it."""

    def __init__(self, content: Content) -> None:
        super().__init__(content)
        self.content = content


async def parsed_ahead(renderer: Renderer, write: Callable[[Check], Awaitable[Result]]) -> Result:
    """Run a unit of work that writes a version, and let its templates be parsed outside of it.

    The first run ends, and is undone, where the templates would have to parse: so whoever may not write, or writes
    what cannot be, hears of that first, and has nothing parsed. The run after it finds them parsed.

    Raises:
        InvalidTemplate: When a template does not parse.
        Exception: What the unit of work raises.
    """
    known: Content | None = None

    def check(content: Content) -> None:
        if known is None or not same_templates(known, content):
            raise _Unparsed(content)

    while True:
        try:
            return await write(check)
        except _Unparsed as ahead:  # again where somebody else wrote meanwhile
            for problem in await renderer.problems(ahead.content):
                raise problem from None
            known = ahead.content
