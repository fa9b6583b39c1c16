"""Signing up, in and out on `/v1` (contracts/px0.md 1.9)."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.cookies import COOKIE, check_same_origin, give, take_back
from promptwire.api.v1.answers import Time, User, UserAnswer, Uuid, answer, errors
from promptwire.api.v1.requests import Body, PublicExchange, body_of, body_uuid, takes
from promptwire.domain.users import NewUser
from promptwire.services import sessions, sign_up

router = APIRouter()


class RegisterRequest(Body):
    """A person to register; the team is one to join, which takes an administrator; the invitation came by mail."""

    REQUIRED = ("email", "password")

    email: str = ""
    password: str = ""
    team_id: Uuid | None = None
    invitation: str = ""


class LoginRequest(Body):
    """What a person signs in with."""

    REQUIRED = ("email", "password")

    email: str = ""
    password: str = ""


class BrowserSessionAnswer(BaseModel):
    """A session that the browser keeps."""

    expires_at: Time
    user: User


class LoginAnswer(BaseModel):
    """A session: its token, shown this once, and whose it is."""

    token: str
    expires_at: Time
    user: User


@router.post(
    "/v1/auth/register",
    operation_id="register",
    summary="Register a new user",
    tags=["Auth"],
    status_code=201,
    response_model=UserAnswer,
    responses=errors(400, 401, 403, 404, 409, 413, 429),
    openapi_extra=takes(RegisterRequest) | {"security": [{}, {"BearerAuth": []}]},
)
async def register(exchange: PublicExchange) -> Response:
    """Add a person: by an administrator, or by themselves as `PROMPTWIRE_SIGN_UP` has it.

    Where sign-up is open, whoever registers is there once the code in their mail has come back (`verifyEmail`).
    """
    read = await body_of(exchange, RegisterRequest, _new_user)
    user = await sign_up.register(exchange.context.desk, exchange.call, read)
    return answer(UserAnswer(user=User.of(user)), 201)


def _new_user(body: RegisterRequest) -> NewUser:
    team_id = body_uuid(body.team_id, "team_id")
    return NewUser(email=body.email, password=body.password, team_id=team_id, invitation=body.invitation.strip())


@router.post(
    "/v1/auth/login",
    operation_id="login",
    summary="Login",
    tags=["Auth"],
    response_model=LoginAnswer,
    responses=errors(400, 401, 403, 413, 429),
    openapi_extra=takes(LoginRequest),
)
async def login(exchange: PublicExchange) -> Response:
    """Begin a session; whatever is wrong with address or password, the answer is the same and takes as long."""
    body = (await body_of(exchange, LoginRequest, lambda body: body))()
    begun = await sessions.sign_in(exchange.context.desk, exchange.call, body.email, body.password)
    return answer(
        LoginAnswer(token=begun.token, expires_at=begun.session.expires_at, user=User.of(begun.user)),
    )


@router.post(
    "/v1/auth/browser-session",
    operation_id="signInBrowser",
    summary="Sign In a Browser",
    tags=["Auth"],
    response_model=BrowserSessionAnswer,
    responses=errors(400, 401, 403, 413, 429),
    openapi_extra=takes(LoginRequest),
)
async def sign_in_browser(exchange: PublicExchange) -> Response:
    """Begin a session as `login` does, kept by the browser in a cookie that its scripts cannot read.

    `/v1` takes the cookie where no `Authorization` is sent. A request that is no GET needs the header
    `X-Promptwire-CSRF`, with any value, and must come from a page of this server; this one does too.
    """
    check_same_origin(exchange.request)
    body = (await body_of(exchange, LoginRequest, lambda body: body))()
    begun = await sessions.sign_in(exchange.context.desk, exchange.call, body.email, body.password)
    response = answer(BrowserSessionAnswer(expires_at=begun.session.expires_at, user=User.of(begun.user)))
    give(response, exchange.request, begun.token, begun.session.expires_at)
    return response


@router.delete(
    "/v1/auth/session",
    operation_id="logout",
    summary="Logout",
    tags=["Auth"],
    status_code=204,
    openapi_extra={"security": [{"BearerAuth": []}]},
)
async def logout(exchange: PublicExchange) -> Response:
    """End the session that is sent; without one there is nothing to do."""
    await exchange.context.store.write(lambda tx: sessions.end(tx, exchange.call))
    response = Response(status_code=204)
    if COOKIE in exchange.request.cookies:
        take_back(response, exchange.request)
    return response
