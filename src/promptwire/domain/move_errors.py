"""The errors of moves that come too late, or wait for approval or checks; the tree is that of `errors.py`."""

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


@dataclass(eq=False)
class MovedMeanwhile(DomainError):
    """A label, or the live status, does not lead where somebody expected it to: somebody else was faster."""

    code = ErrorCode.MOVED_MEANWHILE
    label: str
    expected: int
    """The number of a version; 0 for none."""
    actual: int

    def __str__(self) -> str:
        """Name the label, and where it leads."""
        return f"{self.label!r} is on {_version(self.actual)}, not on {_version(self.expected)}: it moved meanwhile"


@dataclass(eq=False)
class MovedSinceRead(DomainError):
    """A label, or the live status, leads elsewhere than when whoever sends its tag in `If-Match` read it."""

    code = ErrorCode.PRECONDITION_FAILED
    label: str
    actual: int
    """The number of a version; 0 for none."""

    def __str__(self) -> str:
        """Name the label, and where it leads."""
        return f"{self.label!r} is on {_version(self.actual)} now: it moved since you read it"


@dataclass(eq=False)
class CannotRollBack(DomainError):
    """A version that was never stable, is out of use, or is live already is nothing to roll back to."""

    code = ErrorCode.WRONG_STATUS
    status: str

    def __str__(self) -> str:
        """Name the status that it has, and the one that it needs."""
        return f"cannot roll back to a version in {self.status} status: only to a stable one"


def _version(number: int) -> str:
    return f"version {number}" if number else "no version"
