"""The errors of moves that wait for approval, or for checks; the tree is that of `domain/errors.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptwire.domain.checks import Finding
from promptwire.domain.errors import DomainError
from promptwire.wire.codes import ErrorCode


@dataclass(eq=False)
class ChecksFailed(DomainError):
    """A label would lead to a version that has not passed the checks asked for."""

    code = ErrorCode.CHECKS_FAILED
    failures: Mapping[str, tuple[Finding, ...]]
    """What stops each label."""

    def __str__(self) -> str:
        """Name every label, and the first finding that stops it."""
        said = [f"{label!r}: {found[0].check}: {found[0].message}" for label, found in sorted(self.failures.items())]
        return f"checks failed: {'; '.join(said)}"


@dataclass(eq=False)
class TooManyOpenRequests(DomainError):
    """A prompt has so many open change requests that no more may be opened."""

    code = ErrorCode.TOO_MANY_OPEN_REQUESTS
    limit: int

    def __str__(self) -> str:
        """Name the limit."""
        return f"the prompt has {self.limit} open change requests already: decline or withdraw some first"


@dataclass(eq=False)
class RequestClosed(DomainError):
    """A change request is not open any more."""

    code = ErrorCode.REQUEST_CLOSED
    status: str

    def __str__(self) -> str:
        """Say what has become of it."""
        return f"the change request is not open any more: it is {self.status}"


@dataclass(eq=False)
class RequestFailed(DomainError):
    """A change request had its approvals, could not be applied any more, and is closed."""

    code = ErrorCode.REQUEST_FAILED
    request_id: str
    failure: str

    def __str__(self) -> str:
        """Say why."""
        return f"the change request could not be applied: {self.failure}"
