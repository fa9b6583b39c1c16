"""Where the document of `/v1` is served: for programs, and for people."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from promptwire.api.context import Context
from promptwire.api.v1.document import make_document, served_at
from promptwire.api.v1.document_page import page

router = APIRouter(include_in_schema=False)

DOCUMENT_PATH = "/openapi.json"
PAGE_PATH = "/docs/api"


@router.get(DOCUMENT_PATH)
async def openapi_document(request: Request) -> Response:
    """Give the document, with the address the reader used."""
    return JSONResponse(served_at(_document(request.app), _origin(request)))


@router.get(PAGE_PATH)
async def openapi_page(request: Request) -> Response:
    """Give the same to read."""
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(page(_document(request.app)), headers=headers)


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = make_document(app)
    return app.openapi_schema


def _origin(request: Request) -> str:
    context: Context = request.app.state.context
    return context.public_url or str(request.base_url).rstrip("/")
