"""EvalGuard's Python client as its documentation has it: `request(method=, path=, body=)`, which its own lacks.

    from promptwire.compat.evalguard import EvalGuard

Source: contracts/seeds/evalguard-labels.txt, contracts/evalguard-labels.md 1.1 and 1.2.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException
from time import sleep
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from promptwire.compat.errors import (
    ConflictError,
    EvalGuardError,
    ForbiddenError,
    InvalidRequestError,
    MissingOrgError,
    NoAnswerError,
    NotAMemberError,
    NotFoundError,
    ProtectedLabelError,
    RateLimitedError,
    ServerError,
    UnauthorizedError,
    error_class,
)

__all__ = [
    "ConflictError",
    "EvalGuard",
    "EvalGuardError",
    "ForbiddenError",
    "InvalidRequestError",
    "MissingOrgError",
    "NoAnswerError",
    "NotAMemberError",
    "NotFoundError",
    "ProtectedLabelError",
    "RateLimitedError",
    "ServerError",
    "UnauthorizedError",
]

DEFAULT_URL = "http://127.0.0.1:8000"
_API = "/api/v1"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LONGEST_WAIT = 60.0
_OK, _MULTIPLE_CHOICES = 200, 300


class EvalGuard:
    """A client of `/api/v1`; safe to use from many threads.

    Where they are not given, the key is `EVALGUARD_API_KEY`, and the address `EVALGUARD_BASE_URL` or `PROMPTWIRE_URL`.
    The address may end in `/api` or `/api/v1`, or not.
    """

    def __init__(
        self, api_key: str | None = None, *, base_url: str | None = None, timeout: float = 30.0, retries: int = 3
    ) -> None:
        """Make a client.

        Args:
            api_key: The API key.
            base_url: Where the server is, such as `https://prompts.example.com`.
            timeout: Seconds that one attempt may take to connect, and the server may stay silent.
            retries: How often a request is sent again after 429, 5xx, or no answer; every write has an
                `Idempotency-Key`, so that it is carried out once.

        Raises:
            ValueError: When there is no key, or the address is none.
        """
        key = (api_key or os.environ.get("EVALGUARD_API_KEY") or "").strip()
        if not key:
            raise ValueError("no API key: give api_key, or set EVALGUARD_API_KEY")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("api_key: it holds a character that is not visible ASCII")
        given = base_url or os.environ.get("EVALGUARD_BASE_URL") or os.environ.get("PROMPTWIRE_URL") or DEFAULT_URL
        self._root = _root(given)
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Accept": "application/json",
            "User-Agent": "promptwire-compat-evalguard",
        }
        self._retries = retries
        self._timeout = timeout
        self._http = build_opener(_NoRedirects())

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str | int] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the operation answers
        """Send a request; gives what the answer holds.

        Args:
            method: Such as `POST`.
            path: Such as `/api/v1/prompts/{promptVersionId}/labels`, with the id in its place; `/v1/…` and `/…` mean
                the same.
            body: What to send, as JSON.
            query: What to put behind the path.
            idempotency_key: The name of a write, under which it is carried out once; made up where none is given.

        Raises:
            EvalGuardError: When the answer is no, or there is none: one class for each code.
            ValueError: When the path still has a placeholder in it.
        """
        method = method.upper()
        headers = dict(self._headers)
        if method in _WRITES:
            headers["Idempotency-Key"] = idempotency_key or str(uuid4())
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        url = self._root + _path(path) + (f"?{urlencode(query)}" if query else "")
        return self._send(method, url, content, headers)

    def close(self) -> None:
        """Do nothing: each request has a connection of its own."""

    def _send(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
        for attempt in range(self._retries + 1):
            try:
                return self._attempt(method, url, content, headers)
            except (RateLimitedError, ServerError, NoAnswerError) as error:
                wait = _wait(error, attempt)
                if attempt == self._retries or wait > _LONGEST_WAIT:
                    raise
            sleep(wait)
        raise AssertionError  # the last attempt returns or raises

    def _attempt(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
        request = Request(url, data=content, headers=dict(headers), method=method)  # noqa: S310 (`_root` takes http only)
        try:
            status, said, body = self._answer(request)
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"no answer from {self._root}: {error}") from error
        if _OK <= status < _MULTIPLE_CHOICES:
            return _payload(body)
        raise _error(status, body, said.get("Retry-After"), said.get("X-Request-Id"))

    def _answer(self, request: Request) -> tuple[int, Message, bytes]:
        try:
            with self._http.open(request, timeout=self._timeout) as answer:
                return answer.status, answer.headers, answer.read()
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.headers, refusal.read()


class _NoRedirects(HTTPRedirectHandler):
    """Lets a redirection be the answer: the key would go along."""

    def redirect_request(self, *_: object) -> None:
        """Give no request to follow it with."""


def _root(text: str) -> str:
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"base_url {text!r}: it must begin with http:// or https:// and name a host")
    root = text.rstrip("/")
    for ending in (_API, "/api"):
        if root.endswith(ending):
            return root.removesuffix(ending)
    return root


def _path(text: str) -> str:
    if "{" in text:
        raise ValueError(f"path {text!r}: put the id in the place of the braces")
    path = "/" + text.lstrip("/")
    for beginning in (f"{_API}/", "/v1/"):
        if path.startswith(beginning):
            return f"{_API}/{path.removeprefix(beginning)}"
    return _API + path


def _payload(body: bytes) -> Any:  # noqa: ANN401 - whatever the operation answers
    value = _decoded(body)
    enveloped = isinstance(value, dict) and value.get("success") is True and "data" in value
    return value["data"] if enveloped else value


def _decoded(body: bytes) -> Any:  # noqa: ANN401 - the same
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _error(status: int, body: bytes, retry_after: str | None, request_id: str | None) -> EvalGuardError:
    value = _decoded(body)
    said = value.get("error") if isinstance(value, dict) else None
    problem = said if isinstance(said, dict) else {}
    code = str(problem.get("code") or f"HTTP_{status}")
    details = problem.get("details")
    made = error_class(status, code)(
        str(problem.get("message") or f"the server answered {status}"),
        status_code=status,
        code=code,
        request_id=str(problem.get("requestId") or request_id or "") or None,
        details=details if isinstance(details, dict) else None,
    )
    if isinstance(made, RateLimitedError) and retry_after and retry_after.isdigit():
        made.retry_after = float(retry_after)
    return made


def _wait(error: EvalGuardError, attempt: int) -> float:
    asked = error.retry_after if isinstance(error, RateLimitedError) else None
    return asked if asked is not None else 0.5 * 2.0**attempt
