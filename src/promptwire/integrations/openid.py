"""An OpenID Connect provider, asked over HTTP: discovery, the exchange of the code, and the check of the ID token."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # it has no types
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # it has no types
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
)
from joserfc.jwk import KeySet

from promptwire.domain.errors import SignInFailed
from promptwire.domain.identities import Identity
from promptwire.ports.identities import Departure

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Of signatures that only the provider can make: none that share a secret, and never `none`."""
LEEWAY = 60
"""Seconds by which the clocks may differ."""
_TIMEOUT, _LARGEST = 10.0, 1024 * 1024
_KEPT, _PAUSE = 3600.0, 1.0
"""Seconds after which discovery and keys are read anew, and after which an unknown key is looked for again."""
_CLAIMS = {
    "iss": "it is from another issuer",
    "aud": "it is for another audience",
    "azp": "it was issued to another client",
    "nonce": "it does not belong to this sign-in (nonce)",
    "iat": "it is from the future",
    "nbf": "it is not valid yet",
    "exp": "it has expired",
    "at_hash": "it does not fit the access token (at_hash)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the provider knows this server by."""

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str
    groups_claim: str


class OpenIdProvider:
    """The provider that the settings name."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._config: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def way_out(self, departure: Departure, redirect_uri: str) -> str:
        """Give the address to which a browser goes to sign in."""
        config = await self._discover()
        asked = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._client.scopes,
            "state": departure.state,
            "nonce": departure.nonce,
            "code_challenge": create_s256_code_challenge(departure.verifier),
            "code_challenge_method": "S256",
        }
        endpoint = _endpoint(config, "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def identify(self, departure: Departure, redirect_uri: str, code: str) -> Identity:
        """Give who came back with a code."""
        config = await self._discover()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        form |= {"code_verifier": departure.verifier, "client_id": self._client.client_id}
        answer = await _fetch(_endpoint(config, "token_endpoint"), form, self._basic())
        claims = await self._claims(answer, departure.nonce)
        groups = claims.get(self._client.groups_claim)
        email = claims.get("email")
        return Identity(
            issuer=self._client.issuer,
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) else None,
            is_email_verified=claims.get("email_verified") is True,
            groups=frozenset(str(one) for one in groups) if isinstance(groups, list) else frozenset(),
        )

    def _basic(self) -> Mapping[str, str]:
        secret = self._client.client_secret
        if secret is None:
            return {}
        pair = f"{quote_plus(self._client.client_id)}:{quote_plus(secret)}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    async def _claims(self, answer: Mapping[str, Any], nonce: str) -> CodeIDToken:
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInFailed("the provider gave no ID token")
        try:
            decoded = await self._decode(token)
            params = {"nonce": nonce, "client_id": self._client.client_id, "access_token": answer.get("access_token")}
            options: Any = {
                "iss": {"essential": True, "value": self._client.issuer},
                "aud": {"essential": True, "value": self._client.client_id},
            }
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=int(self._clock()), leeway=LEEWAY)
        except JoseError as error:
            raise SignInFailed(f"the provider's ID token is not good: {_wrong(error)}") from None
        except (ValueError, TypeError, KeyError):
            raise SignInFailed("the provider's ID token cannot be read") from None
        return claims

    async def _decode(self, token: str) -> jwt.Token:
        """Check the signature; where its key is unknown, the provider may have changed its keys."""
        try:
            return jwt.decode(token, await self._key_set(_KEPT), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            return jwt.decode(token, await self._key_set(_PAUSE), algorithms=ALGORITHMS)

    async def _key_set(self, older_than: float) -> KeySet:
        if self._keys is None or self._clock() - self._keys[0] >= older_than:
            found = await _fetch(_endpoint(await self._discover(), "jwks_uri"))
            self._keys = self._clock(), KeySet.import_key_set(dict(found))  # type: ignore[arg-type]  # checked there
        return self._keys[1]

    async def _discover(self) -> Mapping[str, Any]:
        if self._config is None or self._clock() - self._config[0] >= _KEPT:
            issuer = self._client.issuer
            config = await _fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if config.get("issuer") != issuer:
                raise SignInFailed(f"the provider calls itself {config.get('issuer')!r}, not {issuer!r}")
            self._config = self._clock(), config
        return self._config[1]


def _wrong(error: JoseError) -> str:
    if isinstance(error, ExpiredTokenError):
        return _CLAIMS["exp"]
    if isinstance(error, MissingClaimError):
        return f"{error.claim} is missing"
    if isinstance(error, InvalidClaimError):
        return _CLAIMS.get(error.claim, f"{error.claim} is wrong")
    if isinstance(error, BadSignatureError | InvalidKeyIdError):
        return "its signature is not the provider's"
    return error.error


def _endpoint(config: Mapping[str, Any], name: str) -> str:
    url = config.get(name)
    if not isinstance(url, str) or urlsplit(url).scheme not in {"http", "https"}:
        raise SignInFailed(f"the provider names no {name}")
    return url


class _NoRedirects(HTTPRedirectHandler):
    """Secrets go to the address that was named, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


_opener = build_opener(_NoRedirects)


async def _fetch(
    url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    return await asyncio.to_thread(_fetch_now, url, form, headers or {})


def _fetch_now(url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> Mapping[str, Any]:
    data = urlencode(form).encode() if form is not None else None
    request = Request(url, data, {"Accept": "application/json", **headers})  # noqa: S310 - `_endpoint`, the settings
    try:
        with _opener.open(request, timeout=_TIMEOUT) as answer:
            body = json.loads(answer.read(_LARGEST))
    except HTTPError as error:
        with error:
            raise SignInFailed(f"the provider answered {error.code}{_refusal(error)}") from None
    except (OSError, ValueError):
        raise SignInFailed("the provider cannot be reached, or gives no sensible answer") from None
    if not isinstance(body, dict):
        raise SignInFailed("the provider cannot be reached, or gives no sensible answer")
    return body


def _refusal(error: HTTPError) -> str:
    """Give the error code of OAuth 2.0 in an answer."""
    try:
        code = json.loads(error.read(_LARGEST))["error"]
    except (OSError, ValueError, TypeError, KeyError):
        return ""
    return f": {code}" if isinstance(code, str) and code.isprintable() else ""
