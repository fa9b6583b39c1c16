"""What a person belongs to, on `/v1` (contracts/px0.md 1.9)."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import OrganizationWithRole, Team, answer, errors
from promptwire.api.v1.requests import PersonExchange
from promptwire.services import organizations, teams

router = APIRouter(tags=["Profile"])


class TeamsAnswer(BaseModel):
    """Teams, by name."""

    teams: list[Team]


class OrganizationsAnswer(BaseModel):
    """Organizations, oldest first."""

    organizations: list[OrganizationWithRole]


@router.get(
    "/v1/me/teams",
    operation_id="listUserTeams",
    summary="List User Teams",
    response_model=TeamsAnswer,
    responses=errors(401, 403),
)
async def list_user_teams(exchange: PersonExchange) -> Response:
    """List the teams of the person who is signed in."""
    found = await exchange.read(teams.of_person)
    return answer(TeamsAnswer(teams=[Team.of(team) for team in found]))


@router.get(
    "/v1/me/orgs",
    operation_id="listUserOrgs",
    summary="List User Organizations",
    response_model=OrganizationsAnswer,
    responses=errors(401, 403),
)
async def list_user_orgs(exchange: PersonExchange) -> Response:
    """List the organizations of the person who is signed in."""
    found = await exchange.read(organizations.of_person)
    return answer(OrganizationsAnswer(organizations=[OrganizationWithRole.of(one) for one in found]))
