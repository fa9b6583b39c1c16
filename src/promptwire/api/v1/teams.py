"""Teams on `/v1` (contracts/px0.md 1.10)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import Team, answer, errors
from promptwire.api.v1.organizations import OrgIdOfPart
from promptwire.api.v1.pages import CutByName, Paged, next_cursor
from promptwire.api.v1.requests import (
    Body,
    PersonExchange,
    PersonOrAdminKeyExchange,
    SubjectExchange,
    body_of,
    body_uuid,
    takes,
    uuid_of,
)
from promptwire.domain.checks import parse_checks
from promptwire.domain.organizations import TeamChange
from promptwire.services import members, teams

router = APIRouter()

TeamId = Annotated[str, Path(alias="id", description="The team's UUID.")]


class CreateTeamRequest(Body):
    """A team to add."""

    REQUIRED = ("name",)

    name: str = ""


class UpdateTeamRequest(Body):
    """What a team is to be called, where it is to belong, and which findings stop its promotions.

    `org_id` and `promotion_checks` stay as they are where they are left out; an `org_id` of null is nowhere. The name
    may be left out beside `promotion_checks`.
    """

    REQUIRED = ("name",)
    NULLABLE = frozenset({"org_id"})

    name: str = ""
    org_id: str | None = None
    promotion_checks: list[str] | None = None


class TeamAnswer(BaseModel):
    """A team."""

    team: Team


class OrgTeamsAnswer(Paged):
    """Teams, by name."""

    teams: list[Team]


class SeenTeamsAnswer(BaseModel):
    """Teams, by name."""

    teams: list[Team]


@router.post(
    "/v1/orgs/{orgID}/teams",
    operation_id="createTeam",
    summary="Create Team",
    tags=["Team Management"],
    status_code=201,
    response_model=TeamAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(CreateTeamRequest),
)
async def create_team(exchange: PersonOrAdminKeyExchange, org: OrgIdOfPart) -> Response:
    """Add a team to an organization; the person who does is its admin."""
    read = await body_of(exchange, CreateTeamRequest, lambda body: body.name)
    return await exchange.carry_out(
        lambda tx, act: teams.add(tx, act, uuid_of(org, "invalid id"), read),
        lambda team: answer(TeamAnswer(team=Team.of(team)), 201),
    )


@router.get(
    "/v1/orgs/{orgID}/teams",
    operation_id="listOrgTeams",
    summary="List Org Teams",
    tags=["Team Management"],
    response_model=OrgTeamsAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_org_teams(exchange: PersonOrAdminKeyExchange, org: OrgIdOfPart, read: CutByName) -> Response:
    """List the teams of an organization."""
    page = await exchange.read(lambda tx, act: teams.of_org(tx, act, uuid_of(org, "invalid id"), read))
    return answer(OrgTeamsAnswer(teams=[Team.of(team) for team in page.items], **next_cursor(page)))


@router.get(
    "/v1/teams",
    operation_id="listTeams",
    summary="List Teams",
    tags=["Teams"],
    response_model=SeenTeamsAnswer,
    responses=errors(401, 403),
)
async def list_teams(exchange: SubjectExchange) -> Response:
    """List the teams whose prompts whoever asks sees: a person's own, or those in the scope of a key."""
    found = await exchange.read(teams.seen)
    return answer(SeenTeamsAnswer(teams=[Team.of(team) for team in found]))


@router.put(
    "/v1/teams/{id}",
    operation_id="updateTeam",
    summary="Update Team",
    tags=["Team Management"],
    response_model=TeamAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(UpdateTeamRequest),
)
async def update_team(exchange: PersonOrAdminKeyExchange, team: TeamId) -> Response:
    """Rename a team; with `org_id`, move it to another organization, or out of any; set its `promotion_checks`."""
    read = await body_of(exchange, UpdateTeamRequest, _change)
    return await exchange.carry_out(
        lambda tx, act: teams.update(tx, act, uuid_of(team, "invalid id"), read),
        lambda changed: answer(TeamAnswer(team=Team.of(changed))),
    )


def _change(body: UpdateTeamRequest) -> TeamChange:
    moves = "org_id" in body.model_fields_set
    checks = None if body.promotion_checks is None else parse_checks(body.promotion_checks)
    name = None if checks is not None and "name" not in body.model_fields_set else body.name
    return TeamChange(name=name, moves=moves, org_id=body_uuid(body.org_id, "org_id"), promotion_checks=checks)


@router.delete(
    "/v1/teams/{id}",
    operation_id="deleteTeam",
    summary="Delete Team",
    tags=["Team Management"],
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_team(exchange: PersonOrAdminKeyExchange, team: TeamId) -> Response:
    """Remove a team with its prompts for good."""
    return await exchange.carry_out(lambda tx, act: teams.delete(tx, act, uuid_of(team, "invalid id")), no_content)


@router.delete(
    "/v1/me/teams/{teamID}",
    operation_id="leaveTeam",
    summary="Leave Team",
    tags=["Teams"],
    status_code=204,
    responses=errors(400, 401, 403, 404, 409),
)
async def leave_team(exchange: PersonExchange, team: Annotated[str, Path(alias="teamID")]) -> Response:
    """Leave a team; its organization one still belongs to."""
    return await exchange.carry_out(lambda tx, act: members.leave(tx, act, uuid_of(team, "invalid id")), no_content)
