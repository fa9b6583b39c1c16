"""Signing in with an OpenID Connect provider, on `/v1` (ours): a browser, or a program that waits beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.responses import RedirectResponse

from promptwire.api.cookies import give, where
from promptwire.api.exchange import Exchange
from promptwire.api.v1.answers import User, answer, errors
from promptwire.api.v1.auth import LoginAnswer
from promptwire.api.v1.requests import Body, PublicExchange, body_of, takes
from promptwire.domain.errors import InvalidInput, NotFound, SignInFailed
from promptwire.ports.identities import Departure
from promptwire.services import single_sign_on
from promptwire.services.single_sign_on import SingleSignOn

router = APIRouter(tags=["Auth"])

COOKIE = "promptwire_sign_in"
"""What a browser keeps while it is with the provider: who it is when it comes back."""
PATH = "/v1/auth/oidc"
_MINUTES = 10
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class TakeOverRequest(Body):
    """The code that came back to a program, and the verifier of the challenge it sent (RFC 7636)."""

    REQUIRED = ("code", "verifier")

    code: str = ""
    verifier: str = ""


@router.get(
    f"{PATH}/login",
    operation_id="signInWithProvider",
    summary="Sign In With the Identity Provider",
    status_code=302,
    responses=errors(400, 401, 404),
)
async def sign_in(
    exchange: PublicExchange,
    port: Annotated[str, Query(description="Where a program on the same machine waits for the code.")] = "",
    challenge: Annotated[str, Query(description="With port: the S256 challenge of that program (RFC 7636).")] = "",
) -> Response:
    """Send a browser to the identity provider; it comes back signed in, or brings a code to the program that waits."""
    sso = _sso(exchange)
    waiting = _waiting(port, challenge)
    departure = Departure(state=token_urlsafe(24), nonce=token_urlsafe(24), verifier=token_urlsafe(48))
    response = RedirectResponse(await sso.provider.way_out(departure, _redirect_uri(exchange)), 302)
    kept = ".".join((departure.state, departure.nonce, departure.verifier, *waiting))
    path, secure = where(exchange.request, PATH)
    response.set_cookie(COOKIE, kept, max_age=_MINUTES * 60, path=path, secure=secure, httponly=True, samesite="lax")
    return response


@router.get(
    f"{PATH}/callback",
    operation_id="returnFromProvider",
    summary="Come Back From the Identity Provider",
    status_code=302,
    responses=errors(400, 401, 404, 429),
)
async def come_back(
    exchange: PublicExchange,
    code: Annotated[str, Query()] = "",
    state: Annotated[str, Query()] = "",
    error: Annotated[str, Query()] = "",
) -> Response:
    """Take back a browser from the identity provider, and begin the session."""
    sso = _sso(exchange)
    kept = exchange.request.cookies.get(COOKIE, "").split(".")
    if len(kept) not in {3, 5} or not compare_digest(kept[0].encode(), state.encode(errors="surrogatepass")):
        raise SignInFailed("this browser did not begin it here, or too long ago: begin again")
    if error or not code:
        raise SignInFailed(f"the provider refused: {error[:100] if error.isprintable() and error else 'no code'}")
    with exchange.context.desk.limits.attempt_from(exchange.call.address):
        response = await _begin(exchange, sso, kept, code)
    response.delete_cookie(COOKIE, path=where(exchange.request, PATH)[0], httponly=True, samesite="lax")
    return response


@router.post(
    f"{PATH}/token",
    operation_id="takeOverSignIn",
    summary="Get the Session of a Sign-In",
    response_model=LoginAnswer,
    responses=errors(400, 404, 413, 429),
    openapi_extra=takes(TakeOverRequest),
)
async def take_over(exchange: PublicExchange) -> Response:
    """Give a program the session whose code it was brought, once."""
    _sso(exchange)
    body = (await body_of(exchange, TakeOverRequest, lambda body: body))()
    desk = exchange.context.desk
    with desk.limits.attempt_from(exchange.call.address):
        begun = await single_sign_on.take_over(desk, exchange.call, body.code, body.verifier)
    return answer(LoginAnswer(token=begun.token, expires_at=begun.session.expires_at, user=User.of(begun.user)))


async def _begin(exchange: Exchange, sso: SingleSignOn, kept: Sequence[str], code: str) -> Response:
    """Begin the session of who came back, or keep it for the program that waits; say where the browser goes on."""
    state, nonce, verifier, *waiting = kept
    departure = Departure(state=state, nonce=nonce, verifier=verifier)
    identity = await sso.provider.identify(departure, _redirect_uri(exchange), code)
    desk, call = exchange.context.desk, exchange.call
    if any(waiting):
        port, challenge = _waiting(*waiting)
        handed = await single_sign_on.hand_over(desk, call, sso, identity, challenge=challenge)
        return RedirectResponse(f"http://127.0.0.1:{port}/?code={handed}", 302)
    begun = await single_sign_on.sign_in(desk, call, sso, identity)
    response = RedirectResponse(f"{exchange.context.prefix}/", 302)
    give(response, exchange.request, begun.token, begun.session.expires_at)
    return response


def _sso(exchange: Exchange) -> SingleSignOn:
    if exchange.context.single_sign_on is None:
        raise NotFound("identity provider")
    return exchange.context.single_sign_on


def _redirect_uri(exchange: Exchange) -> str:
    base = exchange.context.public_url or str(exchange.request.base_url).rstrip("/")
    return f"{base}{PATH}/callback"


def _waiting(port: str, challenge: str) -> tuple[str, ...]:
    """Give port and challenge of a program that waits, if one does.

    Raises:
        InvalidInput: When one of them cannot be right.
    """
    if not port and not challenge:
        return ()
    if not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or not 1024 <= int(port) <= 65535:  # noqa: PLR2004 - of a program
        raise InvalidInput("port must be a number from 1024 to 65535", "port")
    if not _CHALLENGE.fullmatch(challenge):
        raise InvalidInput("challenge must be an S256 code challenge: 43 URL-safe base64 characters", "challenge")
    return port, challenge
