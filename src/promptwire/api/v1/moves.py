"""What the routes of `/v1` that move something answer when they moved nothing: a forecast, or a change request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi.responses import Response
from pydantic import BaseModel

from promptwire.api.v1.answers import Time, Uuid, answer
from promptwire.api.v1.change_request_answers import ChangeRequest, ChangeRequestAnswer
from promptwire.api.v1.check_answers import Finding, findings
from promptwire.api.v1.errors import obstacle_json
from promptwire.api.v1.version_answers import one
from promptwire.domain import moves as domain
from promptwire.domain import plans
from promptwire.domain.protected_labels import Obstacle
from promptwire.ports.storage import Transaction
from promptwire.services.authors import Authored, authored
from promptwire.services.calls import Act
from promptwire.services.examining import Examined
from promptwire.services.moves import Moved
from promptwire.services.verdicts import Verdict


class ForeseenMove(BaseModel):
    """Where a label, or `live`, leads, and where it would; the number of a version, or null."""

    label: str
    from_version: int | None
    to_version: int | None
    changes: bool
    effect: Literal["leads", "text", "retires", "leaves"]


class ForeseenStatus(BaseModel):
    """A version that would get another status."""

    version_id: Uuid
    version: int
    from_status: str
    to_status: str


class MissingForMove(BaseModel):
    """A protected label that stands in the way; beside the role it needs, only what is missing."""

    label: str
    min_required_role: str
    approvals: int = 0
    frozen_until: Time | None = None
    immutable: bool = False
    checks: list[str] = []


class ExaminedLabel(BaseModel):
    """What checks find about the version that a label would lead to."""

    label: str
    findings: list[Finding]
    stopped_by: list[Finding]
    """Those that stop the move, because they are asked for."""

    @classmethod
    def of(cls, examined: Examined) -> ExaminedLabel:
        """Write what was found."""
        return cls(
            label=examined.label,
            findings=findings(examined.findings),
            stopped_by=findings(examined.stopped_by),
        )


class DryRun(BaseModel):
    """What would come of a move."""

    allowed: bool
    moves: list[ForeseenMove]
    statuses: list[ForeseenStatus]
    displaces: int | None
    """The version that would be live no more because another one is."""
    missing: list[MissingForMove]
    your_role: str | None
    can_request_approval: bool
    checks: list[ExaminedLabel]
    """What checks find about each version that a label would lead to."""


class DryRunAnswer(BaseModel):
    """What would come of a move; nothing was changed."""

    dry_run: DryRun


DRY_RUN: dict[int | str, dict[str, Any]] = {200: {"model": DryRunAnswer}}
"""What a dry run is answered with where the move itself answers nothing, for the document."""
RESPONSES: dict[int | str, dict[str, Any]] = {202: {"model": ChangeRequestAnswer}}
"""What a move may answer beside its own, for the document; a dry run is a 200."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a move of a version, with its author's name where it was made."""

    moved: Moved
    authored: Authored | None


def came_of(work: Callable[[Transaction, Act], Moved]) -> Callable[[Transaction, Act], Came]:
    """Let a unit of work that moves something give the version's author with it."""

    def run(tx: Transaction, act: Act) -> Came:
        moved = work(tx, act)
        return Came(moved, authored(tx, act, moved.version) if moved.version else None)

    return run


def shown(came: Came) -> Response:
    """Answer with the version that was moved, or with what came instead."""
    return instead_of_moving(came.moved) or one(came.authored or Authored(came.moved.now, None))


def instead_of_moving(moved: Moved) -> Response | None:
    """Answer a call that moved nothing; None where it did what it says."""
    if moved.foreseen:
        return answer(DryRunAnswer(dry_run=_foreseen(moved, moved.foreseen)))
    if moved.request:
        return answer(ChangeRequestAnswer(change_request=ChangeRequest.of(moved.request)), 202)
    return None


def _foreseen(moved: Moved, verdict: Verdict) -> DryRun:
    displaced = [one for one in moved.plan.statuses if one.action == "version.displaced"]
    return DryRun(
        allowed=not verdict.refusals and not any(one.stopped_by for one in moved.examined),
        moves=[_move(one, moved) for one in moved.plan.moves],
        statuses=[_status(one) for one in moved.plan.statuses],
        displaces=displaced[0].version.number if displaced else None,
        missing=[_missing(one) for one in verdict.obstacles],
        your_role=next((one.has.value for one in verdict.refusals if one.has), None),
        can_request_approval=moved.plan.wish is not None and verdict.is_approvable,
        checks=[ExaminedLabel.of(one) for one in moved.examined],
    )


def _move(move: domain.Move, moved: Moved) -> ForeseenMove:
    return ForeseenMove(
        label=move.label,
        from_version=moved.numbers.get(move.from_version_id or ""),
        to_version=moved.numbers.get(move.to_version_id or ""),
        changes=move.changes,
        effect=move.effect.value,
    )


def _status(change: plans.StatusChange) -> ForeseenStatus:
    version = change.version
    return ForeseenStatus(
        version_id=version.id,
        version=version.number,
        from_status=version.status.value,
        to_status=change.status.value,
    )


def _missing(obstacle: Obstacle) -> MissingForMove:
    return MissingForMove.model_validate(obstacle_json(obstacle))
