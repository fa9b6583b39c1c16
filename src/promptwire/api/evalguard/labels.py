"""Labels on `/api/v1` (contracts/seeds/evalguard-labels.txt, contracts/evalguard-labels.md)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from promptwire.api.evalguard.answers import (
    LabelsAnswer,
    LabelsOfVersion,
    LabelsOfVersionAnswer,
    VersionLabels,
    answer,
    errors,
)
from promptwire.api.evalguard.moves import RESPONSES, instead_of_moving
from promptwire.api.evalguard.requests import LABELS_BODY, SubjectExchange, object_of, read_label_request
from promptwire.api.evalguard.terms import terms_of
from promptwire.services import labels, team_prompts

router = APIRouter(tags=["Prompts"])

VersionId = Annotated[str, Path(alias="promptVersionId")]


@router.post(
    "/api/v1/prompts/{promptVersionId}/labels",
    operation_id="applyPromptVersionLabels",
    summary="Attach or detach labels on a prompt version (role-gated)",
    response_model=LabelsAnswer,
    responses=RESPONSES | errors(400, 401, 403, 404, 409, 410, 412, 413, 429, 500),
    openapi_extra=LABELS_BODY,
)
async def apply_labels(exchange: SubjectExchange, version: VersionId) -> Response:
    """Attach and detach labels, all or none; a label that is elsewhere in the prompt moves here."""
    body = await object_of(exchange, dict)
    return await exchange.carry_out(
        lambda tx, act: labels.apply_to_version(
            tx, act, version, lambda: read_label_request(body()), terms=terms_of(exchange, body)
        ),
        lambda outcome: instead_of_moving(outcome) or answer(LabelsAnswer(data=VersionLabels.of(outcome))),
    )


@router.get(
    "/api/v1/prompts/{promptVersionId}/labels",
    operation_id="listPromptVersionLabels",
    summary="List the labels of a prompt version",
    response_model=LabelsOfVersionAnswer,
    responses=errors(401, 403, 404, 409, 429, 500),
)
async def list_labels(exchange: SubjectExchange, version: VersionId) -> Response:
    """Give the labels of a version, for whoever belongs to its organization."""
    found, named = await exchange.read(lambda tx, act: team_prompts.labels_of(tx, act, version))
    return answer(LabelsOfVersionAnswer(data=LabelsOfVersion(promptVersionId=found.id, labels=list(named))))
