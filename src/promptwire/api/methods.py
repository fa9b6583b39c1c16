"""Which methods a path has."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.routing import Match


def allowed(request: Request) -> str:
    """Give the methods of a request's path, as the header `Allow` has them; a route knows its own only."""
    return ", ".join(_methods(request))


def _methods(request: Request) -> Iterator[str]:
    routes = request.app.router.routes
    for method in ("DELETE", "GET", "PATCH", "POST", "PUT"):
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes):
            yield from (method, "HEAD") if method == "GET" else (method,)
