"""Whether the server is there (contracts/px0.md 1.9)."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from promptwire.api.v1.requests import PublicExchange

router = APIRouter(tags=["Health"])


class HealthAnswer(BaseModel):
    """That the server is there."""

    status: str


@router.get("/v1/health", operation_id="healthCheck", summary="Health Check", response_model=HealthAnswer)
async def health_check(_: PublicExchange) -> HealthAnswer:
    """Say that the process answers requests."""
    return HealthAnswer(status="OK")
