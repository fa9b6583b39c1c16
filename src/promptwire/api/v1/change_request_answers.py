"""Change requests in the answers of `/v1`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from promptwire.api.v1.answers import Time, Uuid
from promptwire.api.v1.pages import Paged
from promptwire.domain import change_requests as domain
from promptwire.services.votes import Shown, Vote


class PinnedMove(BaseModel):
    """Where a label, or `live`, led when the move was asked for, and where it should; a version's number, or null."""

    label: str
    from_version: int | None
    to_version: int | None


class Approvals(BaseModel):
    """How many approvals a protected label needs, and how many there are that count for it."""

    label: str
    needed: int
    given: int

    @classmethod
    def of(cls, vote: Vote) -> Approvals:
        """Write the count."""
        return cls(label=vote.label, needed=vote.needed, given=vote.given)


class RequestRemark(BaseModel):
    """What somebody did with a change request, and said about it."""

    id: Uuid
    kind: Literal["comment", "approval", "decline", "withdrawal"]
    author_kind: str
    author_id: str
    comment: str | None
    created_at: Time


class ChangeRequest(BaseModel):
    """A move that waits for the approval of others."""

    id: Uuid
    team_id: Uuid
    prompt_id: Uuid
    prompt_slug: str
    kind: str
    """`labels`, `promote`, `demote`, `rollback`, `archive` or `delete`."""
    version_id: Uuid
    version: int
    content_hash: str
    moves: list[PinnedMove]
    reason: str | None
    status: Literal["open", "applied", "declined", "withdrawn", "failed", "expired"]
    failure: str | None
    requested_by_kind: str
    requested_by_id: str
    created_at: Time
    expires_at: Time
    closed_at: Time | None
    approvals: list[Approvals]
    """Of an open one."""
    remarks: list[RequestRemark]

    @classmethod
    def of(cls, shown: Shown) -> ChangeRequest:
        """Write a change request as it stands now."""
        request, prompt = shown.request, shown.prompt
        kind, subject = request.requested_by
        return cls(
            id=request.id,
            team_id=prompt.team_id,
            prompt_id=prompt.id,
            prompt_slug=prompt.slug,
            kind=request.kind.value,
            version_id=request.version_id,
            version=request.version_number,
            content_hash=request.content_hash,
            moves=[_pinned(one) for one in request.moves],
            reason=request.reason,
            status=shown.status.value,
            failure=request.failure,
            requested_by_kind=kind,
            requested_by_id=subject,
            created_at=request.created_at,
            expires_at=request.expires_at,
            closed_at=request.closed_at,
            approvals=[Approvals.of(vote) for vote in shown.votes],
            remarks=[_remark(one) for one in request.remarks],
        )


def _pinned(pinned: domain.PinnedMove) -> PinnedMove:
    return PinnedMove(label=pinned.move.label, from_version=pinned.from_number, to_version=pinned.to_number)


def _remark(remark: domain.Remark) -> RequestRemark:
    kind, author = remark.author
    return RequestRemark(
        id=remark.id,
        kind=remark.kind.value,
        author_kind=kind,
        author_id=author,
        comment=remark.text,
        created_at=remark.created_at,
    )


class ChangeRequestAnswer(BaseModel):
    """A change request."""

    change_request: ChangeRequest


class ChangeRequestsAnswer(Paged):
    """Change requests, newest first."""

    change_requests: list[ChangeRequest]
