"""Prompts on `/api/v1`: a row for every version (contracts/evalguard-labels.md 2)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from promptwire.api.evalguard.answers import PromptRow, PromptRowAnswer, PromptRowsAnswer, answer, errors
from promptwire.api.evalguard.requests import (
    PROMPT_BODY,
    SubjectExchange,
    list_limit,
    object_of,
    project_id,
    read_new_text,
)
from promptwire.api.exchange import deferred
from promptwire.services import team_prompts
from promptwire.services.parsing import parsed_ahead
from promptwire.services.team_prompts import Newest
from promptwire.services.versions import Check

router = APIRouter(tags=["Prompts"])


@router.get(
    "/api/v1/prompts",
    operation_id="listProjectPrompts",
    summary="List prompt versions",
    response_model=PromptRowsAnswer,
    responses=errors(400, 401, 404, 409, 429, 500),
)
async def list_prompts(
    exchange: SubjectExchange,
    project: Annotated[str | None, Query(alias="projectId")] = None,
    limit: Annotated[str | None, Query(description="1 to 200, 50 where nothing is said.")] = None,
) -> Response:
    """List the versions of a project's prompts, newest first."""
    read = deferred(lambda: Newest(team_id=project_id(project), limit=list_limit(limit)))
    rows = await exchange.read(lambda tx, act: team_prompts.newest(tx, act, read))
    return answer(PromptRowsAnswer(data=[PromptRow.of(row) for row in rows]))


@router.post(
    "/api/v1/prompts",
    operation_id="createProjectPrompt",
    summary="Create a prompt version",
    status_code=201,
    response_model=PromptRowAnswer,
    responses=errors(400, 401, 403, 404, 409, 413, 429, 500),
    openapi_extra=PROMPT_BODY,
)
async def create_prompt(exchange: SubjectExchange) -> Response:
    """Write a draft of the prompt with this name; where there is none, it is made."""
    read = await object_of(exchange, read_new_text)

    def write(check: Check) -> Awaitable[Response]:
        return exchange.carry_out(
            lambda tx, act: team_prompts.write(tx, act, read, check=check),
            lambda row: answer(PromptRowAnswer(data=PromptRow.of(row)), 201),
        )

    return await parsed_ahead(exchange.context.renderer, write)
