"""Checking versions, somewhere it does not hold anybody else up."""

from __future__ import annotations

from typing import Protocol

from promptwire.domain.checking import CheckSubject
from promptwire.domain.checks import Finding
from promptwire.domain.compatibility import CallerChange
from promptwire.domain.needs import Variable
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content


class Checker(Protocol):
    """Looks at versions off the event loop, and remembers what it found."""

    async def findings(self, subject: CheckSubject) -> tuple[Finding, ...]:
        """Give what checks find, the errors first."""
        ...

    async def changes(self, old: Content, new: Content) -> tuple[CallerChange, ...]:
        """Give what changes for callers from one content to another, the breaking first."""
        ...

    async def reads(self, content: Content) -> tuple[tuple[Variable, ...], JsonValue]:
        """Give what a content reads, and the same as a JSON Schema.

        Raises:
            RenderLimitExceeded: When the content is too much to look at.
        """
        ...

    async def disagreements(self, content: Content) -> tuple[Finding, ...]:
        """Find where the input schema of a content does not say what its templates need."""
        ...
