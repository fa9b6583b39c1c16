"""The registry of protected labels on `/v1`; px0 has nothing like it (contracts/evalguard-labels.md 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import ProtectedLabel, Uuid, answer, errors
from promptwire.api.v1.requests import (
    Body,
    PersonOrAdminKeyExchange,
    Segment,
    SubjectExchange,
    body_of,
    body_uuid,
    takes,
    uuid_of,
)
from promptwire.domain.checks import parse_checks
from promptwire.domain.policies import (
    DEFAULT_REQUEST_DAYS,
    MAX_APPROVALS,
    MAX_REQUEST_DAYS,
    NOTHING_MORE,
    PolicyUpdate,
)
from promptwire.domain.roles import OrgRole
from promptwire.domain.times import parse_time
from promptwire.services import protected_labels

router = APIRouter(tags=["Protected Labels"])

TeamId = Annotated[str, Path(alias="teamID", description="The team's UUID.")]
LabelPath = Annotated[Segment, Path(alias="label", description="A label, or `live` for the live status.")]


class ProtectLabelRequest(Body):
    """What a move of the label asks for; what is left out stays, null is nothing of the kind."""

    NULLABLE = frozenset({"approvals", "approver_role", "approver_ids", "frozen_until", "checks", "request_days"})

    min_required_role: str = Field("", description="viewer, member, admin or owner, in the team's organization.")
    minRequiredRole: str = ""  # noqa: N815 - as EvalGuard spells it
    approvals: int | None = Field(None, description=f"0 to {MAX_APPROVALS}: how many people must approve a move.")
    self_approval: bool = Field(default=False, description="Whether who asks for a move counts among them.")
    approver_role: str | None = Field(None, description="Who has at least this role in the organization may approve.")
    approver_ids: list[Uuid] | None = Field(None, description="Members who may approve, whatever their role.")
    frozen_until: str | None = Field(None, description="An RFC 3339 time before which nothing moves.")
    immutable: bool = Field(default=False, description="Whether the label stays on the version it is once put on.")
    checks: list[str] | None = Field(None, description="renders, schema, breaking: what a version must pass.")
    request_days: int | None = Field(
        None, description=f"1 to {MAX_REQUEST_DAYS}: how long a change request stays open; {DEFAULT_REQUEST_DAYS}."
    )


class ProtectedLabelAnswer(BaseModel):
    """A protected label."""

    protected_label: ProtectedLabel


class ProtectedLabelsAnswer(BaseModel):
    """Protected labels, in ascending order by code point."""

    protected_labels: list[ProtectedLabel]


def _update(body: ProtectLabelRequest) -> PolicyUpdate:
    text = body.min_required_role or body.minRequiredRole
    given = {name: getattr(body, name) for name in _READ if name in body.model_fields_set}
    return PolicyUpdate(
        min_required_role=OrgRole.parse(text) if text else None,
        fields={name: _READ[name](value) if value is not None else _NOTHING[name] for name, value in given.items()},
    )


def _approvers(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for text in texts if (one := body_uuid(text, "approver_ids"))))


_READ: dict[str, Callable[[Any], Any]] = {
    "approvals": int,
    "self_approval": bool,
    "approver_role": OrgRole.parse,
    "approver_ids": _approvers,
    "frozen_until": lambda text: parse_time(text, "frozen_until"),
    "immutable": bool,
    "checks": lambda words: parse_checks(words, "checks"),
    "request_days": int,
}
_NOTHING = {field.name: getattr(NOTHING_MORE, field.name) for field in fields(NOTHING_MORE)}


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
    read = await body_of(exchange, ProtectLabelRequest, _update)
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
