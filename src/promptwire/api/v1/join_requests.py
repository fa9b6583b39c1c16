"""Join requests and the inbox on `/v1` (contracts/px0.md 1.10)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import Team, Time, Uuid, answer, errors
from promptwire.api.v1.pages import CutByMoment, Paged, next_cursor
from promptwire.api.v1.requests import Body, PersonExchange, PersonOrAdminKeyExchange, body_of, takes, uuid_of
from promptwire.api.v1.teams import TeamId
from promptwire.domain.join_requests import JoinRequest, PendingRequest, parse_resolution
from promptwire.services import join_requests

router = APIRouter()


class ResolveJoinRequestRequest(Body):
    """How a join request is resolved: approved or rejected."""

    REQUIRED = ("status",)

    status: str = ""


class TeamJoinRequest(BaseModel):
    """A person's wish to belong to a team."""

    id: Uuid
    team_id: Uuid
    user_id: Uuid
    status: Literal["pending", "approved", "rejected"]
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, request: JoinRequest) -> TeamJoinRequest:
        """Write a join request."""
        return cls(
            id=request.id,
            team_id=request.team_id,
            user_id=request.user_id,
            status=request.status.value,
            created_at=request.created_at,
            updated_at=request.updated_at,
        )


class JoinRequestPayload(BaseModel):
    """Who asks to join which team."""

    user_id: Uuid
    user_email: str
    team_id: Uuid
    team: Team


class InboxItem(BaseModel):
    """Something that waits for the reader."""

    id: Uuid
    type: Literal["join_request"]
    status: Literal["pending", "approved", "rejected"]
    created_at: Time
    updated_at: Time
    payload: JoinRequestPayload

    @classmethod
    def of(cls, pending: PendingRequest) -> InboxItem:
        """Write a pending join request."""
        request, team = pending.request, pending.team
        return cls(
            id=request.id,
            type="join_request",
            status=request.status.value,
            created_at=request.created_at,
            updated_at=request.updated_at,
            payload=JoinRequestPayload(
                user_id=request.user_id, user_email=pending.user_email, team_id=team.id, team=Team.of(team)
            ),
        )


class InboxAnswer(Paged):
    """What waits for the reader, newest first."""

    inbox: list[InboxItem]


@router.get(
    "/v1/me/inbox",
    operation_id="getAdminInbox",
    summary="Get Admin Inbox",
    tags=["Inbox"],
    response_model=InboxAnswer,
    responses=errors(400, 401, 403),
)
async def get_admin_inbox(exchange: PersonExchange, read: CutByMoment) -> Response:
    """List the pending join requests that the person who is signed in may resolve."""
    page = await exchange.read(lambda tx, act: join_requests.inbox(tx, act, read))
    return answer(InboxAnswer(inbox=[InboxItem.of(one) for one in page.items], **next_cursor(page)))


@router.post(
    "/v1/teams/{id}/join-requests",
    operation_id="createJoinRequest",
    summary="Request to Join Team",
    tags=["Teams"],
    status_code=201,
    response_model=TeamJoinRequest,
    responses=errors(400, 401, 403, 404, 409),
)
async def create_join_request(exchange: PersonExchange, team: TeamId) -> Response:
    """Ask to join a team."""
    return await exchange.carry_out(
        lambda tx, act: join_requests.create(tx, act, uuid_of(team, "invalid id")),
        lambda request: answer(TeamJoinRequest.of(request), 201),
    )


@router.put(
    "/v1/join-requests/{id}",
    operation_id="resolveJoinRequest",
    summary="Resolve Join Request",
    tags=["Inbox"],
    response_model=TeamJoinRequest,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(ResolveJoinRequestRequest),
)
async def resolve_join_request(
    exchange: PersonOrAdminKeyExchange, asked: Annotated[str, Path(alias="id", description="The request's UUID.")]
) -> Response:
    """Approve a join request, which makes the person an editor of the team, or reject it."""
    read = await body_of(exchange, ResolveJoinRequestRequest, lambda body: parse_resolution(body.status))
    return await exchange.carry_out(
        lambda tx, act: join_requests.resolve(tx, act, uuid_of(asked, "invalid id"), read),
        lambda resolved: answer(TeamJoinRequest.of(resolved)),
    )
