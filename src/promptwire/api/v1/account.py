"""A person's own account on `/v1` (contracts/px0.md 1.9)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import MessageAnswer, User, UserAnswer, answer, errors
from promptwire.api.v1.requests import Body, PersonExchange, body_of, takes
from promptwire.services import departure, profile
from promptwire.services.administration import require_person
from promptwire.services.profile import PasswordChange

router = APIRouter(tags=["Profile"])


class UpdateMeRequest(Body):
    """What to change of one's account."""

    REQUIRED = ("email",)

    email: str = ""


class ChangePasswordRequest(Body):
    """One's password, and the one to come."""

    REQUIRED = ("current_password", "new_password")

    current_password: str = ""
    new_password: str = ""


@router.get(
    "/v1/auth/me",
    operation_id="me",
    summary="Me",
    response_model=UserAnswer,
    responses=errors(401, 403),
)
async def me(exchange: PersonExchange) -> Response:
    """Give the person who is signed in."""
    user = await exchange.read(lambda _, act: require_person(act))
    return answer(UserAnswer(user=User.of(user)))


@router.put(
    "/v1/auth/me",
    operation_id="updateMe",
    summary="Update Me",
    response_model=UserAnswer,
    responses=errors(400, 401, 403, 413, 429),
    openapi_extra=takes(UpdateMeRequest),
)
async def update_me(exchange: PersonExchange) -> Response:
    """Ask for another e-mail address: it is the person's once the code that is mailed there has come back."""
    read = await body_of(exchange, UpdateMeRequest, lambda body: body.email)
    user = await profile.change_address(exchange.context.desk, exchange.call, read)
    return answer(UserAnswer(user=User.of(user)))


@router.delete(
    "/v1/auth/me",
    operation_id="deleteMe",
    summary="Delete Me",
    status_code=204,
    responses=errors(401, 403, 409),
)
async def delete_me(exchange: PersonExchange) -> Response:
    """Remove one's account; what one made stays, and the last who answers for something stays, too."""
    return await exchange.carry_out(departure.delete_account, no_content)


@router.post(
    "/v1/auth/me/change-password",
    operation_id="changePassword",
    summary="Change Password",
    response_model=MessageAnswer,
    responses=errors(400, 401, 403, 413, 429),
    openapi_extra=takes(ChangePasswordRequest),
)
async def change_password(exchange: PersonExchange) -> Response:
    """Set another password; every session ends, this one too."""
    read = await body_of(exchange, ChangePasswordRequest, _change)
    await profile.change_password(exchange.context.desk, exchange.call, read)
    return answer(MessageAnswer(message="password changed successfully"))


def _change(body: ChangePasswordRequest) -> PasswordChange:
    return PasswordChange(current=body.current_password, new=body.new_password)
