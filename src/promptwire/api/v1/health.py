"""Whether the server is there (contracts/px0.md 1.9)."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from promptwire.api.v1.requests import PublicExchange

router = APIRouter(tags=["Health"])


class HealthAnswer(BaseModel):
    """That the server is there."""

    status: str


@router.get("/v1/health", operation_id="healthCheck", summary="Health Check", response_model=HealthAnswer)
async def health_check(_: PublicExchange) -> HealthAnswer:
    """Say that the process answers requests."""
    return HealthAnswer(status="OK")


class ReadyAnswer(BaseModel):
    """Whether the server serves well, and what keeps it from it."""

    status: Literal["ready", "not ready"]
    problems: dict[str, str]
    """By what they are about: `store`, `migrations`, `feed`, `server`."""


@router.get(
    "/v1/ready",
    operation_id="readyCheck",
    summary="Ready Check",
    response_model=ReadyAnswer,
    responses={503: {"model": ReadyAnswer}},
)
async def ready_check(exchange: PublicExchange) -> Response:
    """Say whether requests should be sent here: the store can be read, is migrated, and is followed."""
    problems = await exchange.context.ready()
    if not problems:
        return JSONResponse({"status": "ready", "problems": {}})
    return JSONResponse({"status": "not ready", "problems": dict(problems)}, 503, {"Retry-After": "1"})
