"""How files and refusals are answered to a browser."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from promptwire.web.pages import Page

_FOR_EVER = "public, max-age=31536000, immutable"
NEVER_ELSEWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers of every answer."""


def file_response(request: Request, page: Page) -> Response:
    """Send a file as its reader takes it: compressed, or not at all where it is there already."""
    headers = NEVER_ELSEWHERE | {
        "ETag": page.etag,
        "Cache-Control": _FOR_EVER if page.is_hashed else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == page.etag:
        return Response(status_code=304, headers=headers)
    if page.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.zipped, headers=headers | {"Content-Encoding": "gzip"}, media_type=page.media_type)
    return Response(page.content, headers=headers, media_type=page.media_type)


async def refuse(request: Request, error: Exception) -> Response:
    """Say in our words what cannot be answered."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: f"Cannot {request.method} {request.url.path}", 405: "Method Not Allowed"}.get(status, "error")
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "internal")
    return JSONResponse({"error": words, "code": code}, status)
