"""The members of teams on `/v1` (contracts/px0.md 1.10)."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import Time, Uuid, answer, errors
from promptwire.api.v1.numbered_pages import NumberedPage, PageOfTen, numbers_of
from promptwire.api.v1.organizations import UserId
from promptwire.api.v1.requests import Body, PersonOrAdminKeyExchange, body_of, body_uuid, takes, uuid_of
from promptwire.api.v1.teams import TeamId
from promptwire.domain.errors import InvalidInput
from promptwire.domain.organizations import NewMember, TeamMember
from promptwire.domain.roles import TeamRole
from promptwire.services import members

router = APIRouter(tags=["User Management"])


class AddTeamMemberRequest(Body):
    """A person to let into a team, as its editor unless a role is given; who comes first is its admin."""

    REQUIRED = ("user_id",)

    user_id: str | None = None
    role: str = ""


class UpdateTeamMemberRoleRequest(Body):
    """A role in a team: admin, editor or viewer."""

    REQUIRED = ("role",)

    role: str = ""


class TeamMemberResponse(BaseModel):
    """A person who belongs to a team, as what, and since when."""

    user_id: Uuid
    email: str
    role: Literal["admin", "editor", "viewer"]
    created_at: Time

    @classmethod
    def of(cls, member: TeamMember) -> TeamMemberResponse:
        """Write a member."""
        user = member.user
        return cls(user_id=user.id, email=user.email, role=member.role.value, created_at=member.created_at)


class TeamMembersAnswer(NumberedPage):
    """Members of a team, who came first first."""

    members: list[TeamMemberResponse]


class RoleUpdatedAnswer(BaseModel):
    """That it was done."""

    message: Literal["role updated successfully"]


@router.get(
    "/v1/teams/{id}/members",
    operation_id="listTeamMembers",
    summary="List Team Members",
    response_model=TeamMembersAnswer,
    responses=errors(400, 401, 403),
)
async def list_team_members(exchange: PersonOrAdminKeyExchange, team: TeamId, read: PageOfTen) -> Response:
    """List who belongs to a team."""
    found = await exchange.read(lambda tx, act: members.of_team(tx, act, uuid_of(team, "invalid id"), read))
    listed = [TeamMemberResponse.of(member) for member in found.page.items]
    return answer(TeamMembersAnswer(members=listed, **numbers_of(found)))


@router.post(
    "/v1/teams/{id}/members",
    operation_id="addTeamMember",
    summary="Add Team Member",
    status_code=204,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(AddTeamMemberRequest),
)
async def add_team_member(exchange: PersonOrAdminKeyExchange, team: TeamId) -> Response:
    """Let a person into a team who belongs to its organization, or has asked to join it."""
    read = await body_of(exchange, AddTeamMemberRequest, _new_member)
    return await exchange.carry_out(lambda tx, act: members.add(tx, act, uuid_of(team, "invalid id"), read), no_content)


def _new_member(body: AddTeamMemberRequest) -> NewMember:
    user_id = body_uuid(body.user_id, "user_id")
    if user_id is None:
        raise InvalidInput("user_id is required", "user_id")
    return NewMember(user_id=user_id, role=TeamRole.parse(body.role or TeamRole.EDITOR.value))


@router.delete(
    "/v1/teams/{id}/members/{userID}",
    operation_id="removeTeamMember",
    summary="Remove Team Member",
    status_code=204,
    responses=errors(400, 401, 403, 404, 409),
)
async def remove_team_member(exchange: PersonOrAdminKeyExchange, team: TeamId, user: UserId) -> Response:
    """Take a person out of a team."""
    return await exchange.carry_out(
        lambda tx, act: members.remove(tx, act, uuid_of(team, "invalid id"), uuid_of(user, "invalid id")), no_content
    )


@router.put(
    "/v1/teams/{id}/members/{userID}/role",
    operation_id="updateTeamMemberRole",
    summary="Update Team Member Role",
    response_model=RoleUpdatedAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(UpdateTeamMemberRoleRequest),
)
async def update_team_member_role(exchange: PersonOrAdminKeyExchange, team: TeamId, user: UserId) -> Response:
    """Give a member of a team another role."""
    read = await body_of(exchange, UpdateTeamMemberRoleRequest, lambda body: TeamRole.parse(body.role))
    return await exchange.carry_out(
        lambda tx, act: members.change_role(
            tx, act, uuid_of(team, "invalid id"), uuid_of(user, "invalid id"), read=read
        ),
        lambda _: answer(RoleUpdatedAnswer(message="role updated successfully")),
    )
