"""What a browser is shown at every path that is no API: the web interface, or how to get it where it is not built."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from promptwire.web.answers import NEVER_ELSEWHERE, file_response, refuse
from promptwire.web.docs.app import DOCS, INDEX, Documentation
from promptwire.web.front_page import front_page
from promptwire.web.pages import Pages

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # a wrong one is refused in our words


class Interface:
    """Serves the built pages: files by name, and the index for every page that the interface itself tells apart."""

    def __init__(self, pages: Pages, public_url: str | None = None) -> None:
        self._pages = pages
        self._public_url = public_url

    async def __call__(self, request: Request) -> Response:
        """Answer one request of a browser."""
        path = request.url.path
        if request.method not in {"GET", "HEAD"}:
            raise HTTPException(405 if path == "/" else 404)
        page = self._pages.get(path)
        if page is not None:
            return file_response(request, page)
        index = self._pages.index
        if index is None:
            if path == "/":
                return front_page(request, self._public_url)
            raise HTTPException(404)
        if not _wants_page(request, path):
            raise HTTPException(404)
        return _index(index, urlsplit(self._public_url or "").path)


def _wants_page(request: Request, path: str) -> bool:
    """Tell who reads pages from who asks for a script that is gone, or from a program that is lost."""
    accepts = request.headers.get("accept", "")
    return path == "/" or ("text/html" in accepts and not path.startswith("/assets/"))


def _index(index: str, prefix: str) -> Response:
    """Give the index with the prefix it is reached under, and a nonce by which the styles of scripts are known."""
    nonce = token_urlsafe(18)
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    headers = NEVER_ELSEWHERE | {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    placed = index.replace('<base href="/" />', f'<base href="{prefix}/" />')
    return HTMLResponse(placed.replace("{{nonce}}", nonce), headers=headers)


def create_app(
    document: Callable[[], dict[str, Any]], public_url: str | None = None, pages: Pages | None = None
) -> Starlette:
    """Make the application for every path that is no API.

    Args:
        document: gives the OpenAPI document, when the documentation is first asked for.
        public_url: the address that browsers know the server by.
        pages: the built interface.
    """
    docs = Documentation(document, public_url)
    interface = Interface(pages or Pages(), public_url)
    shown = [Route(path, docs.__call__, methods=_METHODS) for path in (DOCS, f"{DOCS}/{{path:path}}", INDEX)]
    return Starlette(
        routes=[*shown, Route("/{path:path}", interface.__call__, methods=_METHODS)],
        exception_handlers={HTTPException: refuse, Exception: refuse},
    )
