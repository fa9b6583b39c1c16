"""Invitations to an organization on `/v1`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import Time, Uuid, answer, errors
from promptwire.api.v1.requests import Body, PersonExchange, body_of, body_uuid, takes, uuid_of
from promptwire.domain import codes
from promptwire.domain.roles import OrgRole
from promptwire.services import invitations

router = APIRouter(tags=["Organizations"])

OrgId = Annotated[str, Path(alias="orgID")]


class CreateInvitationRequest(Body):
    """Whom to invite, as what (`member` unless given), and into which team."""

    REQUIRED = ("email",)

    email: str = ""
    role: str = ""
    team_id: Uuid | None = None


class Invitation(BaseModel):
    """An address that may register by itself; the code for that is in its mail only."""

    id: Uuid
    org_id: Uuid
    team_id: Uuid | None
    email: str
    role: Literal["viewer", "member", "admin"]
    created_by: str | None
    created_at: Time
    expires_at: Time

    @classmethod
    def of(cls, one: codes.Invitation) -> Invitation:
        """Write an invitation."""
        return cls.model_validate(
            {
                "id": one.id,
                "org_id": one.org_id,
                "team_id": one.team_id,
                "email": one.email,
                "role": one.role.value,
                "created_by": one.created_by,
                "created_at": one.created_at,
                "expires_at": one.expires_at,
            }
        )


class InvitationAnswer(BaseModel):
    """An invitation; its code is shown this once, and to administrators of the instance only.

    They may register any address anyway. For everybody else it is null: who has the code has the address.
    """

    invitation: Invitation
    code: str | None


class InvitationsAnswer(BaseModel):
    """Invitations, newest first."""

    invitations: list[Invitation]


@router.post(
    "/v1/orgs/{orgID}/invitations",
    operation_id="createInvitation",
    summary="Invite to an Organization",
    status_code=201,
    response_model=InvitationAnswer,
    responses=errors(400, 401, 403, 404, 413, 429),
    openapi_extra=takes(CreateInvitationRequest),
)
async def create_invitation(exchange: PersonExchange, org: OrgId) -> Response:
    """Mail an invitation, in the place of an earlier one; whoever has its code registers with that address."""
    read = await body_of(exchange, CreateInvitationRequest, _new_invitation)
    made = await invitations.invite(exchange.context.desk, exchange.call, uuid_of(org, "invalid id"), read)
    return answer(InvitationAnswer(invitation=Invitation.of(made.invitation), code=made.code), 201)


def _new_invitation(body: CreateInvitationRequest) -> codes.NewInvitation:
    role = OrgRole.parse(body.role) if body.role else OrgRole.MEMBER
    return codes.NewInvitation(email=body.email, role=role, team_id=body_uuid(body.team_id, "team_id"))


@router.get(
    "/v1/orgs/{orgID}/invitations",
    operation_id="listInvitations",
    summary="List Invitations",
    response_model=InvitationsAnswer,
    responses=errors(400, 401, 403),
)
async def list_invitations(exchange: PersonExchange, org: OrgId) -> Response:
    """List who is invited and has not registered yet."""
    found = await exchange.read(lambda tx, act: invitations.of_org(tx, act, uuid_of(org, "invalid id")))
    return answer(InvitationsAnswer(invitations=[Invitation.of(one) for one in found]))


@router.delete(
    "/v1/orgs/{orgID}/invitations/{invitationID}",
    operation_id="deleteInvitation",
    summary="Call an Invitation off",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_invitation(
    exchange: PersonExchange, org: OrgId, invitation: Annotated[str, Path(alias="invitationID")]
) -> Response:
    """Call an invitation off."""
    org_id, invitation_id = uuid_of(org, "invalid id"), uuid_of(invitation, "invalid id")
    return await exchange.carry_out(lambda tx, act: invitations.revoke(tx, act, org_id, invitation_id), no_content)
