"""Change requests: moves that wait for the approval of others, pinned to what was true when they were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import LabelRequest
from promptwire.domain.moves import Move
from promptwire.domain.plans import Kind
from promptwire.domain.versions import Status

MAX_REMARK = 10_000
"""Code points."""
MAX_REMARKS = 200
"""On one change request."""


class RequestStatus(Enum):
    """What has become of a change request; only an open one can change."""

    OPEN = "open"
    APPLIED = "applied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    """It had its approvals, and could not be applied any more."""
    EXPIRED = "expired"
    """Open for too long; never stored, for time alone brings it about."""


class RemarkKind(Enum):
    """What somebody did with a change request."""

    COMMENT = "comment"
    APPROVAL = "approval"
    DECLINE = "decline"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody did with a change request, and said about it."""

    id: str
    kind: RemarkKind
    author: tuple[str, str]
    """Kind and id of the subject."""
    text: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedMove:
    """A move as it was when it was asked for, with the numbers of its versions."""

    move: Move
    from_number: int | None
    to_number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A move that waits for the approval of others."""

    id: str
    prompt_id: str
    kind: Kind
    version_id: str
    version_number: int
    content_hash: str
    """Of the version, when it was asked for: another text is not what was approved."""
    labels: LabelRequest
    to: Status | None
    moves: tuple[PinnedMove, ...]
    """Where everything led, and should lead."""
    reason: str | None
    status: RequestStatus
    failure: str | None = None
    """Why it could not be applied."""
    requested_by: tuple[str, str]
    """Kind and id of the subject."""
    person_id: str | None
    """Who asked, or answered for the key that did."""
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None
    remarks: tuple[Remark, ...] = ()
    """In the order in which they were made."""

    def status_at(self, now: datetime) -> RequestStatus:
        """Give what has become of it by a time."""
        is_late = self.status is RequestStatus.OPEN and now >= self.expires_at
        return RequestStatus.EXPIRED if is_late else self.status

    @property
    def approvers(self) -> tuple[str, ...]:
        """Give the ids of the people who have approved it."""
        approvals = (one for one in self.remarks if one.kind is RemarkKind.APPROVAL)
        return tuple(dict.fromkeys(one.author[1] for one in approvals))

    @property
    def names(self) -> tuple[str, ...]:
        """Give every label that it would move."""
        return tuple(one.move.label for one in self.moves)

    def is_like(self, other: ChangeRequest) -> bool:
        """Tell whether the same subject asks for the same, as things are."""
        return (self.requested_by, self.kind, self.version_id, self.content_hash, self.labels, self.to, self.moves) == (
            other.requested_by,
            other.kind,
            other.version_id,
            other.content_hash,
            other.labels,
            other.to,
            other.moves,
        )


def check_remark(text: str | None, *, required: bool = False) -> str | None:
    """Give back what may be said about a change request; a blank text is none.

    Raises:
        InvalidInput: When it is longer than 10,000 code points, holds a NUL, or is missing where it is all there is.
    """
    if text is None or not text.strip():
        if required:
            raise InvalidInput("comment is required", "comment")
        return None
    if len(text) > MAX_REMARK:
        raise InvalidInput(f"comment must be at most {MAX_REMARK} characters", "comment")
    if "\0" in text:
        raise InvalidInput("comment must not contain NUL characters", "comment")
    return text


def parse_request_status(text: str) -> RequestStatus:
    """Read a status.

    Raises:
        InvalidInput: For a word that is none.
    """
    try:
        return RequestStatus(text)
    except ValueError:
        known = ", ".join(status.value for status in RequestStatus)
        raise InvalidInput(f"invalid status, must be one of {known}", "status") from None
