"""Labels on `/api/v1` (contracts/seeds/evalguard-labels.txt, contracts/evalguard-labels.md)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from promptwire.api.evalguard.answers import ErrorAnswer, LabelsAnswer, VersionLabels, answer
from promptwire.api.evalguard.moves import RESPONSES, instead_of_moving
from promptwire.api.evalguard.requests import LABELS_BODY, SubjectExchange, label_call_of
from promptwire.services import labels

router = APIRouter(tags=["Prompts"])


@router.post(
    "/api/v1/prompts/{promptVersionId}/labels",
    operation_id="applyPromptVersionLabels",
    summary="Attach or detach labels on a prompt version (role-gated)",
    response_model=LabelsAnswer,
    responses=RESPONSES | {status: {"model": ErrorAnswer} for status in (400, 401, 403, 404, 409, 413, 500)},
    openapi_extra=LABELS_BODY,
)
async def apply_labels(exchange: SubjectExchange, version: Annotated[str, Path(alias="promptVersionId")]) -> Response:
    """Attach and detach labels, all or none; a label that is elsewhere in the prompt moves here."""
    read, terms = await label_call_of(exchange)
    return await exchange.carry_out(
        lambda tx, act: labels.apply_to_version(tx, act, version, read, terms=terms),
        lambda outcome: instead_of_moving(outcome) or answer(LabelsAnswer(data=VersionLabels.of(outcome))),
    )
