"""The application of `/api/v1`: every route, and its words for every error."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from promptwire.api.context import Context
from promptwire.api.evalguard import labels, prompts, protected_labels
from promptwire.api.evalguard.errors import answer, answer_bug, answer_framework
from promptwire.domain.errors import DomainError

ROUTERS = (labels.router, prompts.router, protected_labels.router)


def create_app(context: Context) -> FastAPI:
    """Make the application that serves `/api/v1` with the parts given."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.context = context
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(DomainError, answer)
    app.add_exception_handler(HTTPException, answer_framework)
    app.add_exception_handler(Exception, answer_bug)
    return app
