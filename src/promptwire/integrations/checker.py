"""Checking versions in a thread of its own, one at a time: it is bounded, but not short."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gotemplate import TemplateError
from promptwire.domain.agreement import disagreements
from promptwire.domain.checking import CheckSubject, findings_of
from promptwire.domain.checks import Finding
from promptwire.domain.compatibility import CallerChange, ChangeKind, compare
from promptwire.domain.errors import RenderLimitExceeded
from promptwire.domain.needs import Reading, Variable
from promptwire.domain.schemas import Violation
from promptwire.ports.schemas import Schemas
from promptwire.wire.canonical import JsonValue
from promptwire.wire.chat_shape import ChatError
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

_REMEMBERED = 1024  # digests

Result = TypeVar("Result")


class ThreadChecker:
    """Checks versions off the event loop, and remembers what it found: of one subject, that never changes."""

    def __init__(self, schemas: Schemas, numbers: Numbers) -> None:
        self._schemas = schemas
        self._numbers = numbers
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="promptwire-check")
        self._found: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()

    async def findings(self, subject: CheckSubject) -> tuple[Finding, ...]:
        """Give what checks find, the errors first."""
        digest = subject.digest
        found = self._found.get(digest)
        if found is None:
            found = await self._run(lambda: findings_of(subject, self._violations, self._numbers))
            self._found[digest] = found
            if len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)
        return found

    async def changes(self, old: Content, new: Content) -> tuple[CallerChange, ...]:
        """Give what changes for callers from one content to another, the breaking first."""
        return await self._run(lambda: self._changes(old, new))

    async def reads(self, content: Content) -> tuple[tuple[Variable, ...], JsonValue]:
        """Give what a content reads, and the same as a JSON Schema."""
        return await self._run(lambda: self._reads(content))

    async def disagreements(self, content: Content) -> tuple[Finding, ...]:
        """Find where the input schema of a content does not say what its templates need."""
        return await self._run(lambda: self._disagreements(content))

    def forget(self) -> None:
        """Remember nothing of what was found: it may quote the texts."""
        self._found.clear()

    def close(self) -> None:
        """Finish what is running."""
        self._pool.shutdown()

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _changes(self, old: Content, new: Content) -> tuple[CallerChange, ...]:
        try:
            return compare(old, new, self._numbers)
        except (TemplateError, ChatError) as error:
            message = f"cannot be compared: {error}"
            return (CallerChange(kind=ChangeKind.FAILS, path="", breaking=True, message=message),)

    def _reads(self, content: Content) -> tuple[tuple[Variable, ...], JsonValue]:
        try:
            reading = Reading(content, self._numbers)
            found = reading.variables, reading.schema
        except TemplateError as error:
            raise RenderLimitExceeded(str(error), error.line) from None
        return found

    def _disagreements(self, content: Content) -> tuple[Finding, ...]:
        try:
            return tuple(disagreements(Reading(content, self._numbers), content.input_schema))
        except TemplateError as error:
            raise RenderLimitExceeded(str(error), error.line) from None

    def _violations(self, schema: JsonValue, variables: JsonValue) -> tuple[Violation, ...]:
        return self._schemas.compile(schema).violations(variables)
