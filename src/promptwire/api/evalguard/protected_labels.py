"""The registry of protected labels on `/api/v1` (contracts/evalguard-labels.md 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Path, Response
from pydantic import AfterValidator

from promptwire.api.evalguard.answers import (
    ProtectedLabelAnswer,
    ProtectedLabelRow,
    ProtectedLabelsAnswer,
    Unprotected,
    UnprotectedAnswer,
    answer,
    errors,
)
from promptwire.api.evalguard.requests import ROLE_BODY, SubjectExchange, object_of, project_id, read_role
from promptwire.domain.policies import PolicyUpdate
from promptwire.domain.protected_labels import ProtectedLabel, check_protected_label
from promptwire.ports.storage import Transaction
from promptwire.services import protected_labels
from promptwire.services.calls import Act
from promptwire.services.membership import require_team_of_member

router = APIRouter(tags=["Protected labels"])

ProjectId = Annotated[str, Path(alias="projectId", description="The team's UUID.")]
LabelPath = Annotated[
    str, Path(alias="label", description="A label, or `live` for the live status."), AfterValidator(unquote)
]


@router.get(
    "/api/v1/projects/{projectId}/protected-labels",
    operation_id="listProjectProtectedLabels",
    summary="List the protected labels of a project",
    response_model=ProtectedLabelsAnswer,
    responses=errors(400, 401, 404, 409, 429, 500),
)
async def list_protected(exchange: SubjectExchange, project: ProjectId) -> Response:
    """List which labels only move at the hands of whom, for whoever belongs to the project's organization."""

    def work(tx: Transaction, act: Act) -> Sequence[ProtectedLabel]:
        team = require_team_of_member(tx, act, project_id(project))
        return protected_labels.of_team(tx, act, team.id)

    found = await exchange.read(work)
    return answer(ProtectedLabelsAnswer(data=[ProtectedLabelRow.of(one) for one in found]))


@router.put(
    "/api/v1/projects/{projectId}/protected-labels/{label}",
    operation_id="protectProjectLabel",
    summary="Protect a label of a project",
    response_model=ProtectedLabelAnswer,
    responses=errors(400, 401, 403, 404, 409, 413, 429, 500),
    openapi_extra=ROLE_BODY,
)
async def protect(exchange: SubjectExchange, project: ProjectId, label: LabelPath) -> Response:
    """Protect a label, or change which role its move needs."""
    read = await object_of(exchange, read_role)

    def work(tx: Transaction, act: Act) -> ProtectedLabel:
        known, named, role = project_id(project), check_protected_label(label), read()
        team = require_team_of_member(tx, act, known)
        return protected_labels.put(tx, act, team.id, named, read=lambda: PolicyUpdate(min_required_role=role))

    return await exchange.carry_out(
        work, lambda protected: answer(ProtectedLabelAnswer(data=ProtectedLabelRow.of(protected)))
    )


@router.delete(
    "/api/v1/projects/{projectId}/protected-labels/{label}",
    operation_id="unprotectProjectLabel",
    summary="Lift the protection of a label of a project",
    response_model=UnprotectedAnswer,
    responses=errors(400, 401, 403, 404, 409, 429, 500),
)
async def unprotect(exchange: SubjectExchange, project: ProjectId, label: LabelPath) -> Response:
    """Lift the protection of a label, at once."""

    def work(tx: Transaction, act: Act) -> Unprotected:
        known, named = project_id(project), check_protected_label(label)
        team = require_team_of_member(tx, act, known)
        protected_labels.remove(tx, act, team.id, named)
        return Unprotected(projectId=team.id, label=named)

    return await exchange.carry_out(work, lambda lifted: answer(UnprotectedAnswer(data=lifted)))
