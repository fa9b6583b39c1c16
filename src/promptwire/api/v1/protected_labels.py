"""The registry of protected labels on `/v1`; px0 has nothing like it (contracts/evalguard-labels.md 4.3)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import ProtectedLabel, answer, errors
from promptwire.api.v1.requests import Body, PersonOrAdminKeyExchange, Segment, SubjectExchange, body_of, takes, uuid_of
from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import OrgRole
from promptwire.services import protected_labels

router = APIRouter(tags=["Protected Labels"])

TeamId = Annotated[str, Path(alias="teamID", description="The team's UUID.")]
LabelPath = Annotated[Segment, Path(alias="label", description="A label, or `live` for the live status.")]


class ProtectLabelRequest(Body):
    """The role in the organization that a move of the label needs: viewer, member, admin or owner."""

    min_required_role: str = ""
    minRequiredRole: str = ""  # noqa: N815 - as EvalGuard spells it


class ProtectedLabelAnswer(BaseModel):
    """A protected label."""

    protected_label: ProtectedLabel


class ProtectedLabelsAnswer(BaseModel):
    """Protected labels, in ascending order by code point."""

    protected_labels: list[ProtectedLabel]


def _role(body: ProtectLabelRequest) -> OrgRole:
    text = body.min_required_role or body.minRequiredRole
    if not text:
        raise InvalidInput("min_required_role is required", "min_required_role")
    return OrgRole.parse(text)


@router.get(
    "/v1/teams/{teamID}/protected-labels",
    operation_id="listProtectedLabels",
    summary="List Protected Labels",
    response_model=ProtectedLabelsAnswer,
    responses=errors(400, 401, 403, 409),
)
async def list_protected_labels(exchange: SubjectExchange, team: TeamId) -> Response:
    """List a team's protected labels, for whoever belongs to the team or to its organization."""
    found = await exchange.read(lambda tx, act: protected_labels.of_team(tx, act, uuid_of(team, "invalid id")))
    return answer(ProtectedLabelsAnswer(protected_labels=[ProtectedLabel.of(one) for one in found]))


@router.put(
    "/v1/teams/{teamID}/protected-labels/{label}",
    operation_id="protectLabel",
    summary="Protect Label",
    response_model=ProtectedLabelAnswer,
    responses=errors(400, 401, 403, 409, 413),
    openapi_extra=takes(ProtectLabelRequest),
)
async def protect_label(exchange: PersonOrAdminKeyExchange, team: TeamId, label: LabelPath) -> Response:
    """Protect a label, or change which role its move needs."""
    read = await body_of(exchange, ProtectLabelRequest, _role)
    return await exchange.carry_out(
        lambda tx, act: protected_labels.put(tx, act, uuid_of(team, "invalid id"), label, read=read),
        lambda protected: answer(ProtectedLabelAnswer(protected_label=ProtectedLabel.of(protected))),
    )


@router.delete(
    "/v1/teams/{teamID}/protected-labels/{label}",
    operation_id="unprotectLabel",
    summary="Unprotect Label",
    status_code=204,
    responses=errors(400, 401, 403, 404, 409),
)
async def unprotect_label(exchange: PersonOrAdminKeyExchange, team: TeamId, label: LabelPath) -> Response:
    """Lift the protection of a label."""
    return await exchange.carry_out(
        lambda tx, act: protected_labels.remove(tx, act, uuid_of(team, "invalid id"), label), no_content
    )
