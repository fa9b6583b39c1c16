"""Change requests on `/v1`: moves that wait for the approval of others; px0 has nothing like them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from promptwire.api.exchange import Exchange
from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.change_request_answers import ChangeRequest, ChangeRequestAnswer, ChangeRequestsAnswer
from promptwire.api.v1.errors import answer as answer_error
from promptwire.api.v1.pages import CutByMoment, next_cursor
from promptwire.api.v1.requests import (
    Body,
    PersonExchange,
    SubjectExchange,
    body_of,
    optional_body_of,
    takes,
    uuid_of,
)
from promptwire.domain.change_requests import RequestStatus, parse_request_status
from promptwire.domain.errors import RequestFailed
from promptwire.ports.storage import Transaction
from promptwire.services import change_requests
from promptwire.services.calls import Act, Input
from promptwire.services.change_requests import Filter
from promptwire.services.votes import Shown

router = APIRouter(tags=["Change Requests"])

RequestId = Annotated[str, Path(alias="id", description="The change request's UUID.")]


class AnswerChangeRequest(Body):
    """What to say about it."""

    comment: str | None = None


class CommentOnChangeRequest(Body):
    """What to say about it."""

    REQUIRED = ("comment",)

    comment: str = ""


@router.get(
    "/v1/teams/{teamID}/change-requests",
    operation_id="listChangeRequests",
    summary="List Change Requests",
    response_model=ChangeRequestsAnswer,
    responses=errors(400, 401, 403),
)
async def list_change_requests(
    exchange: SubjectExchange,
    team: Annotated[str, Path(alias="teamID", description="The team's UUID.")],
    cut: CutByMoment,
    status: Annotated[
        str, Query(description="open, applied, declined, withdrawn, failed or expired; all of them if left out.")
    ] = "",
) -> Response:
    """List a team's change requests, newest first; who is not in the team gets those that they may approve."""

    def read() -> Filter:
        return Filter(status=parse_request_status(status) if status else None, cut=cut())

    page = await exchange.read(lambda tx, act: change_requests.of_team(tx, act, uuid_of(team, "invalid id"), read))
    items = [ChangeRequest.of(one) for one in page.items]
    return answer(ChangeRequestsAnswer(change_requests=items, **next_cursor(page)))


@router.get(
    "/v1/change-requests/{id}",
    operation_id="getChangeRequest",
    summary="Get Change Request",
    response_model=ChangeRequestAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_change_request(exchange: SubjectExchange, request: RequestId) -> Response:
    """Give a change request, with its approvals and what was said about it."""
    return _one(await exchange.read(lambda tx, act: change_requests.get(tx, act, _id(request))))


@router.post(
    "/v1/change-requests/{id}/approve",
    operation_id="approveChangeRequest",
    summary="Approve Change Request",
    response_model=ChangeRequestAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(AnswerChangeRequest, required=False),
)
async def approve_change_request(exchange: PersonExchange, request: RequestId) -> Response:
    """Approve a move; the last approval carries it out, or is a 409 that says why it cannot be done any more."""
    return await _act(exchange, request, change_requests.approve)


@router.post(
    "/v1/change-requests/{id}/decline",
    operation_id="declineChangeRequest",
    summary="Decline Change Request",
    response_model=ChangeRequestAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(AnswerChangeRequest, required=False),
)
async def decline_change_request(exchange: PersonExchange, request: RequestId) -> Response:
    """Decline a move, which closes the change request."""
    return await _act(exchange, request, change_requests.decline)


@router.post(
    "/v1/change-requests/{id}/withdraw",
    operation_id="withdrawChangeRequest",
    summary="Withdraw Change Request",
    response_model=ChangeRequestAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(AnswerChangeRequest, required=False),
)
async def withdraw_change_request(exchange: SubjectExchange, request: RequestId) -> Response:
    """Take a change request back, as whoever asked for it."""
    return await _act(exchange, request, change_requests.withdraw)


@router.post(
    "/v1/change-requests/{id}/comments",
    operation_id="commentOnChangeRequest",
    summary="Comment on Change Request",
    status_code=201,
    response_model=ChangeRequestAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(CommentOnChangeRequest),
)
async def comment_on_change_request(exchange: PersonExchange, request: RequestId) -> Response:
    """Say something about a change request, closed or not."""
    read: Input[str | None] = await body_of(exchange, CommentOnChangeRequest, lambda body: body.comment)
    return await exchange.carry_out(
        lambda tx, act: change_requests.comment(tx, act, _id(request), read), lambda shown: _one(shown, 201)
    )


async def _act(
    exchange: Exchange, request: str, work: Callable[[Transaction, Act, str, Input[str | None]], Shown]
) -> Response:
    read: Input[str | None] = await optional_body_of(exchange, AnswerChangeRequest, lambda body: body.comment)

    def respond(shown: Shown) -> Response:
        if shown.status is RequestStatus.FAILED:  # which is kept, so it is no error of the unit of work
            return answer_error(exchange.request, RequestFailed(shown.request.id, shown.request.failure or ""))
        return _one(shown)

    return await exchange.carry_out(lambda tx, act: work(tx, act, _id(request), read), respond)


def _one(shown: Shown, status: int = 200) -> Response:
    return answer(ChangeRequestAnswer(change_request=ChangeRequest.of(shown)), status)


def _id(text: str) -> str:
    return uuid_of(text, "invalid id")
