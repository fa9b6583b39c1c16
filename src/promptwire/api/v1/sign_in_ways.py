"""How one gets in here, on `/v1` (ours): what a sign-in page must know before anybody is there."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import answer
from promptwire.api.v1.openid import PATH
from promptwire.api.v1.requests import PublicExchange

router = APIRouter(tags=["Auth"])


class SignInWays(BaseModel):
    """How people sign in and register."""

    password: bool
    """Whether anybody signs in with a password."""
    provider: str | None
    """The host of the OpenID Connect provider; null where there is none."""
    provider_login: str | None
    """Where a browser goes to sign in with it, after the address of this server."""
    sign_up: Literal["open", "invite", "closed", "first"]
    """Who registers: anybody, whom an administrator invited, nobody; or the first, who becomes the administrator."""


@router.get(
    "/v1/auth/ways",
    operation_id="getSignInWays",
    summary="Get Ways to Sign In",
    response_model=SignInWays,
)
async def get_sign_in_ways(exchange: PublicExchange) -> Response:
    """Say how one signs in and registers here, to anybody."""
    desk, sso = exchange.context.desk, exchange.context.single_sign_on
    is_first = desk.first_registers and not await desk.store.read(lambda tx: tx.users.exist())
    return answer(
        SignInWays(
            password=desk.takes_passwords,
            provider=sso.host if sso else None,
            provider_login=f"{PATH}/login" if sso else None,
            sign_up="first" if is_first else desk.sign_up.value,
        )
    )
