"""Accounts and sessions on `/v1` (contracts/px0.md 1.9)."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.exchange import Exchange
from promptwire.api.v1.answers import Time, User, Uuid, answer, errors
from promptwire.api.v1.requests import Body, PersonExchange, PublicExchange, body_of, body_uuid, takes
from promptwire.domain.errors import InvalidCredentials
from promptwire.domain.users import NewUser
from promptwire.services import accounts, sessions
from promptwire.services.administration import require_person
from promptwire.services.calls import Input

router = APIRouter()


class RegisterRequest(Body):
    """A person to register; the team is one to join."""

    REQUIRED = ("email", "password")

    email: str = ""
    password: str = ""
    team_id: Uuid | None = None


class LoginRequest(Body):
    """What a person signs in with."""

    REQUIRED = ("email", "password")

    email: str = ""
    password: str = ""


class UserAnswer(BaseModel):
    """A person."""

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
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(RegisterRequest) | {"security": [{}, {"BearerAuth": []}]},
)
async def register(exchange: PublicExchange) -> Response:
    """Add a person; only an administrator of the instance does it, for public sign-up is closed."""
    read = await body_of(exchange, RegisterRequest, _new_user)
    password_hash = await _hash_if_allowed(exchange, read)
    user = await exchange.context.store.write(lambda tx: accounts.register(tx, exchange.call, read, password_hash))
    return answer(UserAnswer(user=User.of(user)), 201)


def _new_user(body: RegisterRequest) -> NewUser:
    return NewUser(email=body.email, password=body.password, team_id=body_uuid(body.team_id, "team_id"))


async def _hash_if_allowed(exchange: Exchange, read: Input[NewUser]) -> str:
    """Hash a password, which is slow on purpose, outside of any transaction, and for nobody who may not register."""
    await exchange.context.store.read(lambda tx: accounts.check(tx, exchange.call, read))
    return await exchange.context.passwords.hash(read().password)


@router.post(
    "/v1/auth/login",
    operation_id="login",
    summary="Login",
    tags=["Auth"],
    response_model=LoginAnswer,
    responses=errors(400, 401, 413),
    openapi_extra=takes(LoginRequest),
)
async def login(exchange: PublicExchange) -> Response:
    """Begin a session; whatever is wrong with address or password, the answer is the same and takes as long."""
    body = (await body_of(exchange, LoginRequest, lambda body: body))()
    store, passwords = exchange.context.store, exchange.context.passwords
    stored = await store.read(lambda tx: sessions.stored_hash(tx, body.email))
    if not await passwords.verify(stored, body.password):
        raise InvalidCredentials
    lifetime = exchange.context.session_lifetime
    begun = await store.write(lambda tx: sessions.begin(tx, exchange.call, body.email, stored, lifetime=lifetime))
    return answer(
        LoginAnswer(token=begun.token, expires_at=begun.session.expires_at, user=User.of(begun.user)),
    )


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
    return Response(status_code=204)


@router.get(
    "/v1/auth/me",
    operation_id="me",
    summary="Me",
    tags=["Profile"],
    response_model=UserAnswer,
    responses=errors(401, 403),
)
async def me(exchange: PersonExchange) -> Response:
    """Give the person who is signed in."""
    user = await exchange.read(lambda _, act: require_person(act))
    return answer(UserAnswer(user=User.of(user)))
