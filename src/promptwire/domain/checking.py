"""Checking a version: all that it depends on, and what is found."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from gotemplate import TemplateError
from promptwire.domain.agreement import disagreements
from promptwire.domain.checks import Check, Finding, Severity
from promptwire.domain.compatibility import compare
from promptwire.domain.errors import DomainError
from promptwire.domain.needs import Reading
from promptwire.domain.payloads import Payload
from promptwire.domain.schemas import Violation
from promptwire.domain.templates import render
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.chat_shape import ChatError
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

MAX_PAYLOADS = 200
"""The newest ones are tried."""
MAX_CHARACTERS = 8 * 1024 * 1024
"""In all the payloads that are tried."""
MAX_SECONDS = 2.0
"""That the payloads may take together; what is not tried by then is found to be too much."""
MAX_DEPTH = 200
"""Objects and lists in one another in a saved payload that is tried, as in the body of a render."""

Violations: TypeAlias = Callable[[JsonValue, JsonValue], tuple[Violation, ...]]
"""Holds variables against a schema that may be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSubject:
    """All that the findings about a version depend on."""

    content: Content
    content_hash: str
    replaced: Content | None
    """What callers get now; None where it is nothing."""
    replaced_hash: str | None
    payloads: tuple[Payload, ...]
    """Newest first."""
    more_payloads: int = 0
    """How many there are beside them."""

    @property
    def digest(self) -> str:
        """Give what the findings are known by: other content or payloads, another digest."""
        tried = [[one.id, one.name, sha256(one.variables.encode()).hexdigest()] for one in self.payloads]
        return sha256(canonical_json([self.content_hash, self.replaced_hash, tried, self.more_payloads])).hexdigest()


def findings_of(subject: CheckSubject, violations: Violations, numbers: Numbers = "exact") -> tuple[Finding, ...]:
    """Give what checks find, the errors first; takes up to `MAX_SECONDS` and a little more."""
    return tuple(sorted(_check(subject, violations, numbers), key=lambda one: not one.stops))


def _check(subject: CheckSubject, violations: Violations, numbers: Numbers) -> Iterator[Finding]:
    content = subject.content
    try:
        yield from disagreements(Reading(content, numbers), content.input_schema)
    except (TemplateError, ChatError) as error:
        yield Finding(check=Check.RENDERS, path="", message=f"cannot be read: {error}")
        return
    yield from _payloads(subject, violations, numbers)
    if subject.replaced is not None:
        yield from _breaking(subject.replaced, content, numbers)


def _breaking(old: Content, new: Content, numbers: Numbers) -> Iterator[Finding]:
    try:
        changes = compare(old, new, numbers)
    except (TemplateError, ChatError):
        return  # whoever used what does not parse has nothing to lose
    for change in changes:
        if change.breaking:
            yield Finding(check=Check.BREAKING, path=change.path, message=change.message, change=change)


def _payloads(subject: CheckSubject, violations: Violations, numbers: Numbers) -> Iterator[Finding]:
    deadline = time.monotonic() + MAX_SECONDS
    for at, payload in enumerate(subject.payloads):
        if time.monotonic() > deadline:
            left = len(subject.payloads) - at
            message = f"{left} saved payloads were not tried: the others took over {MAX_SECONDS:g} seconds"
            yield Finding(check=Check.RENDERS, path="", message=message)
            break
        yield from _payload(subject.content, payload, violations, numbers)
    if subject.more_payloads:
        message = f"{subject.more_payloads} older saved payloads were not tried"
        yield Finding(check=Check.RENDERS, severity=Severity.WARNING, path="", message=message)


def _payload(content: Content, payload: Payload, violations: Violations, numbers: Numbers) -> Iterator[Finding]:
    name = f"payload {payload.name!r}" if payload.name else f"payload {payload.id}"
    variables = payload_variables(payload.variables)
    if variables is None:
        message = f"{name} holds no object that a render takes"
        yield Finding(check=Check.RENDERS, severity=Severity.WARNING, path="", message=message, payload_id=payload.id)
        return
    try:
        if content.input_schema is not None:
            for one in violations(content.input_schema, variables):
                yield Finding(check=Check.SCHEMA, path=one.path, message=f"{name}: {one}", payload_id=payload.id)
        render(content, variables, numbers)
    except DomainError as error:
        yield Finding(check=Check.RENDERS, path="", message=f"{name}: {error}", payload_id=payload.id)


def payload_variables(text: str) -> dict[str, JsonValue] | None:
    """Read the variables of a saved payload as a render reads them; None where no render could take them."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # digits or nesting beyond what Python reads
        return None
    value = {} if value is None else value
    return value if isinstance(value, dict) and _depth_is_fine(value) else None


def _depth_is_fine(value: JsonValue) -> bool:
    level: list[JsonValue] = [value]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return True
        inner = [one for one in level if isinstance(one, Mapping | list)]
        level = [part for one in inner for part in (one.values() if isinstance(one, Mapping) else one)]
    return not any(isinstance(one, Mapping | list) for one in level)
