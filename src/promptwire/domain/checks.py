"""Checks of a version before it goes anywhere: what they find, and which of it stops a promotion."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from promptwire.domain.compatibility import CallerChange
from promptwire.domain.errors import InvalidInput


class Check(StrEnum):
    """What a team may ask of a version before it goes live."""

    RENDERS = "renders"
    """It parses, and renders every saved payload."""
    SCHEMA = "schema"
    """Its input schema says what its templates need, and every saved payload satisfies it."""
    BREAKING = "breaking"
    """It does not break callers of what it replaces."""


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Stops a promotion where the check is asked for."""
    WARNING = "warning"
    """Never stops anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a check found."""

    check: Check
    severity: Severity = Severity.ERROR
    path: str
    """Of the variable, or of the template; empty for the whole."""
    message: str
    payload_id: str | None = None
    """The saved payload that it was found with."""
    change: CallerChange | None = None
    """What breaks callers, where that is the finding."""

    @property
    def stops(self) -> bool:
        """Tell whether it stops a promotion of a team that asks for the check."""
        return self.severity is Severity.ERROR


def stopping(findings: Iterable[Finding], asked: Collection[Check]) -> tuple[Finding, ...]:
    """Give the findings that stop a promotion where these checks are asked for."""
    return tuple(one for one in findings if one.stops and one.check in asked)


def parse_checks(words: Iterable[str], field: str = "promotion_checks") -> tuple[Check, ...]:
    """Read the checks that a team, or a policy, asks for; gives each once, in one order.

    Raises:
        InvalidInput: For a word that is none.
    """
    asked = set(words)
    for word in sorted(asked - set(Check)):
        known = ", ".join(Check)
        raise InvalidInput(f"invalid check {word[:100]!r}, {field} may hold {known}", field)
    return tuple(check for check in Check if check in asked)
