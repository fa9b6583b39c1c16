"""What a browser is shown at every path that is no API: the web interface, or how to get it where it is not built."""

from __future__ import annotations

from secrets import token_urlsafe
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from promptwire.web.front_page import front_page
from promptwire.web.pages import Page, Pages

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # a wrong one is refused in our words
_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER_ELSEWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


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
            return _file(request, page)
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


def _file(request: Request, page: Page) -> Response:
    headers = _NEVER_ELSEWHERE | {
        "ETag": page.etag,
        "Cache-Control": _FOR_EVER if page.is_hashed else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == page.etag:
        return Response(status_code=304, headers=headers)
    if page.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.zipped, headers=headers | {"Content-Encoding": "gzip"}, media_type=page.media_type)
    return Response(page.content, headers=headers, media_type=page.media_type)


def _index(index: str, prefix: str) -> Response:
    """Give the index with the prefix it is reached under, and a nonce by which the styles of scripts are known."""
    nonce = token_urlsafe(18)
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    headers = _NEVER_ELSEWHERE | {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    placed = index.replace('<base href="/" />', f'<base href="{prefix}/" />')
    return HTMLResponse(placed.replace("{{nonce}}", nonce), headers=headers)


async def _refuse(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: f"Cannot {request.method} {request.url.path}", 405: "Method Not Allowed"}.get(status, "error")
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "internal")
    return JSONResponse({"error": words, "code": code}, status)


def create_app(pages: Pages | None = None, public_url: str | None = None) -> Starlette:
    """Make the application for every path that is no API; the address is the one that browsers know it by."""
    interface = Interface(pages or Pages(), public_url)
    return Starlette(
        routes=[Route("/{path:path}", interface.__call__, methods=_METHODS)],
        exception_handlers={HTTPException: _refuse, Exception: _refuse},
    )
