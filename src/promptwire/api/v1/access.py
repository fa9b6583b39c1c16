"""Who could move a label, and by which rule, on `/v1` (docs/howto/history.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Time, answer, errors
from promptwire.api.v1.history import At, asked_time
from promptwire.api.v1.requests import PersonOrAdminKeyExchange, prompt_id, uuid_of
from promptwire.api.v1.versions import PromptId
from promptwire.domain import rosters
from promptwire.domain.errors import InvalidInput
from promptwire.domain.protected_labels import ProtectedLabel, check_protected_label
from promptwire.domain.rosters import Way
from promptwire.services import movers
from promptwire.services.calls import Input
from promptwire.services.movers import Access, Answer, Question

router = APIRouter(tags=["History"])


class Protection(BaseModel):
    """How a label was protected."""

    label: str
    min_required_role: Literal["viewer", "member", "admin", "owner"]
    approvals: int
    """How many people had to approve; who is listed could move it with no approval, so nobody where it is not 0."""
    frozen_until: Time | None
    immutable: bool

    @classmethod
    def of(cls, protected: ProtectedLabel) -> Protection:
        """Write the protection of a label."""
        return cls(
            label=protected.label,
            min_required_role=protected.min_required_role.value,
            approvals=protected.policy.approvals,
            frozen_until=protected.policy.frozen_until,
            immutable=protected.policy.immutable,
        )


class Mover(BaseModel):
    """Somebody who could move the label."""

    id: str
    name: str | None
    """What they are called now; null for who is gone."""
    team_role: str | None
    org_role: str | None
    """What a protected label asks for; of a key, the lower of the role pinned on it and its maker's."""
    rules: list[str]
    """Why: each of them would be enough."""

    @classmethod
    def of(cls, mover: rosters.Mover, name: str | None) -> Mover:
        """Write a mover."""
        return cls(
            id=mover.id,
            name=name,
            team_role=mover.team_role.value if mover.team_role else None,
            org_role=mover.org_role.value if mover.org_role else None,
            rules=[_rule(way, mover) for way in mover.ways],
        )


def _rule(way: Way, mover: rosters.Mover) -> str:
    if way is Way.ORGANIZATION_ADMIN:
        return f"organization role {mover.org_role.value if mover.org_role else ''}, on /api/v1"
    role = mover.team_role.value if mover.team_role else ""
    return f"team role {role}" if mover.kind == "user" else f"key that counts as team {role}"


class TeamAccess(BaseModel):
    """Who could move the label of prompts of one team."""

    team_id: str
    team: str | None
    """What the team is called; null where it is gone."""
    protection: Protection | None
    users: list[Mover]
    keys: list[Mover]

    @classmethod
    def of(cls, access: Access, found: Answer) -> TeamAccess:
        """Write what is so in a team."""
        protected = access.protection
        written = [(one.kind, Mover.of(one, found.names[one.kind, one.id])) for one in access.movers]
        return cls(
            team_id=access.team_id,
            team=access.team_name,
            protection=Protection.of(protected) if protected else None,
            users=[one for kind, one in written if kind == "user"],
            keys=[one for kind, one in written if kind == "api_key"],
        )


class AccessAnswer(BaseModel):
    """Who could move a label."""

    label: str
    at: Time
    access: list[TeamAccess]

    @classmethod
    def of(cls, found: Answer) -> AccessAnswer:
        """Write an answer."""
        return cls(
            label=found.question.label,
            at=found.at,
            access=[TeamAccess.of(access, found) for access in found.teams],
        )


async def _question(
    label: Annotated[str, Query(description="The label; `live` is the live status.")] = "", at: At = ""
) -> Input[Question]:
    return deferred(lambda: Question(label=_label(label), at=asked_time(at)))


def _label(text: str) -> str:
    if not text:
        raise InvalidInput("label is required", "label")
    return check_protected_label(text)


@router.get(
    "/v1/prompts/{id}/access",
    operation_id="getPromptAccess",
    summary="List Who Could Move A Label",
    response_model=AccessAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_prompt_access(
    exchange: PersonOrAdminKeyExchange, prompt: PromptId, read: Annotated[Input[Question], Depends(_question)]
) -> Response:
    """List every user and key that could move a label of a prompt, by which rule, now or at a past time."""
    found = await exchange.read(lambda tx, act: movers.of_prompt(tx, act, prompt_id(prompt), read))
    return answer(AccessAnswer.of(found))


@router.get(
    "/v1/orgs/{orgID}/access",
    operation_id="getOrganizationAccess",
    summary="List Who Could Move A Label In An Organization",
    response_model=AccessAnswer,
    responses=errors(400, 401, 403),
)
async def get_organization_access(
    exchange: PersonOrAdminKeyExchange,
    org: Annotated[str, Path(alias="orgID", description="The organization's UUID.")],
    read: Annotated[Input[Question], Depends(_question)],
) -> Response:
    """List the same for each team of an organization, for its administrators."""
    found = await exchange.read(lambda tx, act: movers.of_org(tx, act, uuid_of(org, "invalid id"), read))
    return answer(AccessAnswer.of(found))
