"""What one may do oneself, on `/v1` (docs/reference/permissions.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.errors import obstacle_json
from promptwire.api.v1.moves import MissingForMove
from promptwire.api.v1.requests import SubjectExchange, prompt_id, uuid_of
from promptwire.api.v1.versions import PromptId
from promptwire.domain.errors import DomainError, Forbidden
from promptwire.services import permissions as services

router = APIRouter(tags=["Permissions"])

TeamRole = Literal["viewer", "editor", "admin"]
OrgRole = Literal["viewer", "member", "admin", "owner"]


class Permission(BaseModel):
    """Whether one may do something, and what it needs where one may not."""

    action: str
    allowed: bool
    reason: str | None
    needs: str | None
    has: str | None

    @classmethod
    def of(cls, one: services.Permission) -> Permission:
        """Write a permission."""
        refusal = one.refusal
        return cls(
            action=one.action,
            allowed=refusal is None,
            reason=_reason(refusal),
            needs=refusal.needs if refusal else None,
            has=refusal.has if refusal else None,
        )


class LabelPermission(BaseModel):
    """Whether one may move a label, or `live`, to another version now; `missing` is as in a dry run."""

    label: str
    version: int | None
    protected: bool
    allowed: bool
    can_request_approval: bool
    reason: str | None
    missing: list[MissingForMove]

    @classmethod
    def of(cls, one: services.LabelPermission) -> LabelPermission:
        """Write a permission."""
        return cls(
            label=one.label,
            version=one.version,
            protected=one.is_protected,
            allowed=one.refusal is None,
            can_request_approval=one.can_request_approval,
            reason=_reason(one.refusal),
            missing=[MissingForMove.model_validate(obstacle_json(each)) for each in one.obstacles],
        )


class TeamPermissions(BaseModel):
    """What one may do in a team, and by which roles; a key counts as what it may do."""

    team_role: TeamRole | None
    org_role: OrgRole | None
    actions: list[Permission]


class PromptPermissions(TeamPermissions):
    """What one may do with a prompt, and which of its labels one may move."""

    labels: list[LabelPermission]


class TeamPermissionsAnswer(BaseModel):
    """What one may do in a team."""

    permissions: TeamPermissions


class PromptPermissionsAnswer(BaseModel):
    """What one may do with a prompt."""

    permissions: PromptPermissions


@router.get(
    "/v1/teams/{teamID}/permissions",
    operation_id="getTeamPermissions",
    summary="Get My Permissions in a Team",
    response_model=TeamPermissionsAnswer,
    responses=errors(400, 401, 403),
)
async def get_team_permissions(exchange: SubjectExchange, team: Annotated[str, Path(alias="teamID")]) -> Response:
    """Tell what whoever asks may do in a team, and why not."""
    found = await exchange.read(lambda tx, act: services.of_team(tx, act, uuid_of(team, "invalid id")))
    return answer(TeamPermissionsAnswer(permissions=TeamPermissions.model_validate(_fields(found))))


@router.get(
    "/v1/prompts/{id}/permissions",
    operation_id="getPromptPermissions",
    summary="Get My Permissions on a Prompt",
    response_model=PromptPermissionsAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_prompt_permissions(exchange: SubjectExchange, prompt: PromptId) -> Response:
    """Tell what whoever asks may do with a prompt and its labels, and why not."""
    found = await exchange.read(lambda tx, act: services.of_prompt(tx, act, prompt_id(prompt)))
    labels = [LabelPermission.of(one) for one in found.labels]
    return answer(
        PromptPermissionsAnswer(permissions=PromptPermissions.model_validate({**_fields(found), "labels": labels}))
    )


def _fields(found: services.Permissions) -> dict[str, object]:
    return {
        "team_role": found.team_role.value if found.team_role else None,
        "org_role": found.org_role.value if found.org_role else None,
        "actions": [Permission.of(one) for one in found.actions],
    }


def _reason(refusal: DomainError | None) -> str | None:
    """Say why not in words, without the status."""
    if isinstance(refusal, Forbidden):
        return str(refusal).removeprefix("forbidden: ")
    return str(refusal) if refusal else None
