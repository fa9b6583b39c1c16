"""Rolling back on `/v1` (contracts/px0.md section 3; for labels, ours)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.moves import RESPONSES, DryRunAnswer, came_of, instead_of_moving, shown
from promptwire.api.v1.requests import Body, Segment, SubjectExchange, body_of, optional_body_of, prompt_id, takes
from promptwire.api.v1.terms import AnyMoveQuery, MoveBody, terms_of
from promptwire.api.v1.version_answers import PromptVersion, VersionAnswer
from promptwire.api.v1.versions import PromptId
from promptwire.domain.errors import InvalidInput
from promptwire.domain.times import parse_time
from promptwire.domain.versions import ByNumber, Reference, by_label
from promptwire.services import rollback
from promptwire.services.calls import Input
from promptwire.services.moves import Moved

router = APIRouter(tags=["Prompt Versions"])


class RollbackRequest(Body):
    """The version to roll back to, and why."""

    REQUIRED = ("target_version", "rollback_reason")

    target_version: int | str = 0
    """A version's number, or, as a text, a label on it."""
    rollback_reason: str = ""
    expected_version: int | None = None
    """The number of the version that is live before; 0 for none."""
    dry_run: bool = False
    """Whether to say what would happen, and change nothing."""
    request_approval: bool = False
    """Whether to open a change request (202) where the approval of others is what is missing."""


class RollbackTagRequest(MoveBody):
    """How to put a tag back."""

    at: str | None = None
    """Where it was at this time (RFC 3339); left out means before its last move."""


class RolledBackTag(BaseModel):
    """A tag that was put back."""

    tag: str
    version: PromptVersion | None
    """Where it is now; null where it is nowhere."""

    @classmethod
    def of(cls, tag: str, moved: Moved) -> RolledBackTag:
        """Write what came of it."""
        (move,) = moved.plan.moves
        return cls(tag=tag, version=PromptVersion.of(moved.now) if move.to_version_id else None)


def _target(body: RollbackRequest) -> Reference:
    target = body.target_version
    if isinstance(target, str) and target:
        return by_label(target)
    if isinstance(target, str) or target <= 0:
        raise InvalidInput("target_version must be greater than 0", "target_version")
    return ByNumber(target)


def _move(body: RollbackRequest) -> MoveBody:
    if not body.rollback_reason.strip():
        raise InvalidInput("rollback_reason is required", "rollback_reason")
    return MoveBody(
        reason=body.rollback_reason,
        expected_version=body.expected_version,
        dry_run=body.dry_run,
        request_approval=body.request_approval,
    )


@router.post(
    "/v1/prompts/{id}/rollback",
    operation_id="rollbackPrompt",
    summary="Roll Back Prompt",
    response_model=VersionAnswer | DryRunAnswer,
    responses=errors(400, 401, 403, 404, 409, 410, 412, 413, 422) | RESPONSES,
    openapi_extra=takes(RollbackRequest),
)
async def rollback_prompt(exchange: SubjectExchange, prompt: PromptId, query: AnyMoveQuery) -> Response:
    """Let a stable version be live again; what is live becomes stable."""
    body = await body_of(exchange, RollbackRequest, lambda body: body)
    terms = terms_of(query, lambda: _move(body()))
    return await exchange.carry_out(
        came_of(
            lambda tx, act: rollback.to_version(tx, act, prompt_id(prompt), read=lambda: _target(body()), terms=terms)
        ),
        shown,
    )


@router.post(
    "/v1/prompts/{id}/tags/{tag}/rollback",
    operation_id="rollbackTag",
    summary="Roll Back Prompt Tag",
    response_model=RolledBackTag | DryRunAnswer,
    responses=errors(400, 401, 403, 404, 409, 410, 412, 413, 422) | RESPONSES,
    openapi_extra=takes(RollbackTagRequest, required=False),
)
async def rollback_tag(
    exchange: SubjectExchange, prompt: PromptId, tag: Annotated[Segment, Path()], query: AnyMoveQuery
) -> Response:
    """Put a tag, or `live`, back to where it was before its last move, or at a time."""
    body: Input[RollbackTagRequest] = await optional_body_of(exchange, RollbackTagRequest, lambda body: body)
    terms = terms_of(query, body)
    return await exchange.carry_out(
        lambda tx, act: rollback.of_label(tx, act, prompt_id(prompt), tag, read=lambda: _time(body()), terms=terms),
        lambda moved: instead_of_moving(moved) or answer(RolledBackTag.of(tag, moved)),
    )


def _time(body: RollbackTagRequest) -> datetime | None:
    return parse_time(body.at, "at") if body.at is not None else None
