"""What the labels route of `/api/v1` answers when it moved nothing: a forecast, or a change request."""

from __future__ import annotations

from typing import Any, Literal

from fastapi.responses import Response
from pydantic import BaseModel

from promptwire.api.evalguard.errors import obstacle_json, utc
from promptwire.services.labels import Outcome
from promptwire.services.moves import Moved
from promptwire.services.verdicts import Verdict


class ForeseenMove(BaseModel):
    """Where a label leads, and where it would; the number of a version, or null."""

    label: str
    fromVersion: int | None  # noqa: N815 - EvalGuard's fields are spelled so
    toVersion: int | None  # noqa: N815 - the same


class DryRun(BaseModel):
    """What would come of a call; nothing was changed."""

    allowed: bool
    moves: list[ForeseenMove]
    missing: list[dict[str, Any]]
    canRequestApproval: bool  # noqa: N815 - EvalGuard's fields are spelled so
    stoppedByChecks: list[str]  # noqa: N815 - the same


class OpenedRequest(BaseModel):
    """A change request; `/v1/change-requests/{id}` has the rest of it."""

    id: str
    status: str
    expiresAt: str  # noqa: N815 - EvalGuard's fields are spelled so


class Instead(BaseModel):
    """What there is to say instead of the labels: one of both."""

    dryRun: DryRun | None = None  # noqa: N815 - EvalGuard's fields are spelled so
    changeRequest: OpenedRequest | None = None  # noqa: N815 - the same


class InsteadAnswer(BaseModel):
    """The answer of the labels route where nothing was moved."""

    success: Literal[True] = True
    data: Instead


RESPONSES: dict[int | str, dict[str, Any]] = {202: {"model": InsteadAnswer}}
"""What the route may answer beside its own, for the document; a dry run is a 200."""


def instead_of_moving(outcome: Outcome) -> Response | None:
    """Answer a call that moved nothing; None where it did what it says."""
    moved = outcome.moved
    if moved.foreseen:
        return _answer(Instead(dryRun=_foreseen(moved, moved.foreseen)), 200)
    if moved.request:
        request = moved.request.request
        opened = OpenedRequest(id=request.id, status=moved.request.status.value, expiresAt=utc(request.expires_at))
        return _answer(Instead(changeRequest=opened), 202)
    return None


def _foreseen(moved: Moved, verdict: Verdict) -> DryRun:
    numbers = moved.numbers
    return DryRun(
        allowed=not verdict.refusals and not any(one.stopped_by for one in moved.examined),
        moves=[
            ForeseenMove(
                label=one.label,
                fromVersion=numbers.get(one.from_version_id or ""),
                toVersion=numbers.get(one.to_version_id or ""),
            )
            for one in moved.plan.moves
        ],
        missing=[obstacle_json(one) for one in verdict.obstacles],
        canRequestApproval=verdict.is_approvable,
        stoppedByChecks=[f"{one.label}: {found.message}" for one in moved.examined for found in one.stopped_by],
    )


def _answer(instead: Instead, status: int) -> Response:
    body = InsteadAnswer(success=True, data=instead).model_dump_json(exclude_unset=True)
    return Response(body, status, media_type="application/json")
