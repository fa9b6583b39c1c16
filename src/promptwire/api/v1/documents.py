"""Where the document of `/v1` is served to programs; for people, `/docs` has a page for each operation."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from promptwire.api.context import Context
from promptwire.api.v1.document import make_document, served_at

router = APIRouter(include_in_schema=False)

DOCUMENT_PATH = "/openapi.json"


@router.get(DOCUMENT_PATH)
async def openapi_document(request: Request) -> Response:
    """Give the document, with the address the reader used."""
    return JSONResponse(served_at(document_of(request.app), _origin(request)))


def document_of(app: FastAPI) -> dict[str, Any]:
    """Give the document of the application of `/v1`, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = make_document(app)
    return app.openapi_schema


def _origin(request: Request) -> str:
    context: Context = request.app.state.context
    return context.public_url or str(request.base_url).rstrip("/")
