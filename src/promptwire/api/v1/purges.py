"""Purging on `/v1`: the text of a version erased for good (ours)."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import Uuid, answer, errors
from promptwire.api.v1.requests import Body, SubjectExchange, body_of, prompt_id, takes
from promptwire.api.v1.version_answers import PromptVersion
from promptwire.api.v1.versions import PromptId, VersionPath
from promptwire.domain.errors import InvalidInput
from promptwire.domain.moves import check_reason
from promptwire.domain.versions import parse_path_reference
from promptwire.services import purges

router = APIRouter(tags=["Prompt Versions"])


class PurgeVersionRequest(Body):
    """Why the text is erased: kept in the change log, so it must not repeat what is erased."""

    REQUIRED = ("reason",)

    reason: str = ""


class Duplicate(BaseModel):
    """A version that says the same, and was not erased."""

    prompt_id: Uuid
    slug: str
    version_id: Uuid
    version: int
    status: Literal["draft", "stable", "live", "archived"]


class PurgedAnswer(BaseModel):
    """The version as it is now, and where the same text is still."""

    version: PromptVersion
    duplicates: list[Duplicate]

    @classmethod
    def of(cls, purged: purges.Purged) -> PurgedAnswer:
        """Write what was done."""
        duplicates = [
            Duplicate(
                prompt_id=prompt.id,
                slug=prompt.slug,
                version_id=version.id,
                version=version.number,
                status=version.status.value,
            )
            for prompt, version in purged.duplicates
        ]
        return cls(version=PromptVersion.of(purged.version), duplicates=duplicates)


def _reason(body: PurgeVersionRequest) -> str:
    reason = check_reason(body.reason)
    if reason is None:
        raise InvalidInput("reason is required", "reason")
    return reason


@router.post(
    "/v1/prompts/{id}/versions/{version}/purge",
    operation_id="purgeVersion",
    summary="Purge Prompt Version",
    response_model=PurgedAnswer,
    responses=errors(400, 401, 403, 404, 409, 413, 503),
    openapi_extra=takes(PurgeVersionRequest),
)
async def purge_version(exchange: SubjectExchange, prompt: PromptId, version: VersionPath) -> Response:
    """Erase what a version says, for good; its number stays used. After a 503, ask again."""
    reason = await body_of(exchange, PurgeVersionRequest, _reason)
    reference = parse_path_reference(version)
    response = await exchange.carry_out(
        lambda tx, act: purges.purge(tx, act, prompt_id(prompt), reference, read=reason),
        lambda purged: answer(PurgedAnswer.of(purged)),
    )
    await exchange.context.store.scrub()
    return response
