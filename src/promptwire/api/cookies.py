"""The session of a browser: a cookie that scripts cannot read, taken where no `Authorization` header is sent.

Cookies travel by themselves, so a request that may change something must show that a page of this very server made it.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from promptwire.api.context import Context
from promptwire.domain.errors import CrossSite

COOKIE = "promptwire_session"
CSRF_HEADER = "X-Promptwire-CSRF"
"""A header that no form and no page elsewhere can send without being asked first; its value does not matter."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def session_cookie(request: Request) -> str | None:
    """Give the token in the cookie of a request, if there is one.

    Raises:
        CrossSite: When the request may change something, and was not made by a page of this server.
    """
    token = request.cookies.get(COOKIE)
    if token and request.method not in _SAFE:
        check_same_origin(request)
    return token or None


def check_same_origin(request: Request) -> None:
    """Let pass what a page of this very server asks for.

    Raises:
        CrossSite: For everything else.
    """
    if CSRF_HEADER not in request.headers:
        raise CrossSite(f"the header {CSRF_HEADER} is missing")
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None and fetched != "same-origin":
        raise CrossSite("it comes from another site")
    if fetched is None and urlsplit(request.headers.get("origin", "")).netloc not in _own_hosts(request):
        raise CrossSite("its Origin is not this server")


def _own_hosts(request: Request) -> set[str]:
    """Give what this server is called: by whoever asks, and, where a proxy changes that, by browsers."""
    public = urlsplit(_context(request).public_url or "").netloc
    return {request.headers.get("host", ""), public} - {""}


def give(response: Response, request: Request, token: str, until: datetime) -> None:
    """Let the browser keep a session until it ends."""
    path, secure = where(request)
    response.set_cookie(COOKIE, token, expires=until, path=path, secure=secure, httponly=True, samesite="strict")


def take_back(response: Response, request: Request) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(COOKIE, path=where(request)[0], httponly=True, samesite="strict")


def where(request: Request, inside: str = "") -> tuple[str, bool]:
    """Give the path for which a browser keeps a cookie, and whether it does so for TLS only."""
    context = _context(request)
    return f"{context.prefix}{inside}" or "/", context.is_behind_tls or request.url.scheme == "https"


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context
