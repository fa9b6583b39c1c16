"""Labels on `/v1`, which px0 calls tags (contracts/px0.md 1.6, contracts/seeds/px0-set-version-tag.txt)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import Tag, Uuid, answer, errors
from promptwire.api.v1.moves import DRY_RUN, RESPONSES, DryRunAnswer, came_of, instead_of_moving, shown
from promptwire.api.v1.requests import Segment, SubjectExchange, body_of, prompt_id, takes
from promptwire.api.v1.terms import AnyMoveQuery, MoveBody, terms_of
from promptwire.api.v1.version_answers import VersionAnswer
from promptwire.api.v1.versions import PromptId, VersionPath
from promptwire.domain.labels import check_tag
from promptwire.domain.versions import by_label, parse_path_reference
from promptwire.services import labels, versions

router = APIRouter(tags=["Prompt Versions"])


class SetVersionTagRequest(MoveBody):
    """The tag to set."""

    REQUIRED = ("tag",)

    tag: str = ""


class TagsAnswer(BaseModel):
    """A prompt's tags."""

    tags: list[Tag]


class TagAnswer(Tag):
    """A tag, and the version it is on."""

    version_id: Uuid
    content_hash: str


@router.post(
    "/v1/prompts/{id}/versions/{version}/tags",
    operation_id="setVersionTag",
    summary="Attach/Set Version Tag",
    response_model=VersionAnswer | DryRunAnswer,
    responses=errors(400, 401, 403, 404, 409, 410, 412, 413, 422) | RESPONSES,
    openapi_extra=takes(SetVersionTagRequest),
)
async def set_version_tag(
    exchange: SubjectExchange, prompt: PromptId, version: VersionPath, query: AnyMoveQuery
) -> Response:
    """Put a tag on a version, wherever it was before."""
    body = await body_of(exchange, SetVersionTagRequest, lambda body: body)
    reference, terms = parse_path_reference(version), terms_of(query, body)
    return await exchange.carry_out(
        came_of(
            lambda tx, act: labels.set_one(
                tx, act, prompt_id(prompt), reference, read=lambda: check_tag(body().tag), terms=terms
            )
        ),
        shown,
    )


@router.get(
    "/v1/prompts/{id}/tags",
    operation_id="listVersionTags",
    summary="List Prompt Tags",
    response_model=TagsAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_version_tags(exchange: SubjectExchange, prompt: PromptId) -> Response:
    """List a prompt's tags, with the number of the version each is on."""
    found = await exchange.read(lambda tx, act: labels.of_prompt(tx, act, prompt_id(prompt)))
    return answer(TagsAnswer(tags=[Tag(tag=label, version=number) for label, number in found]))


@router.get(
    "/v1/prompts/{id}/tags/{tag}",
    operation_id="getVersionTag",
    summary="Get Prompt Tag",
    response_model=TagAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_version_tag(exchange: SubjectExchange, prompt: PromptId, tag: Annotated[Segment, Path()]) -> Response:
    """Give the version that a tag, or `live`, is on; the answer's `ETag` is for `If-Match` of whoever moves it."""
    found = await exchange.read(lambda tx, act: versions.get(tx, act, prompt_id(prompt), by_label(tag)))
    response = answer(TagAnswer(tag=tag, version=found.number, version_id=found.id, content_hash=found.content_hash))
    response.headers["ETag"] = f'"{found.id}"'
    return response


@router.delete(
    "/v1/prompts/{id}/tags/{tag}",
    operation_id="removeVersionTag",
    summary="Delete Prompt Tag",
    status_code=204,
    responses=errors(400, 401, 403, 404, 409, 412) | RESPONSES | DRY_RUN,
)
async def remove_version_tag(
    exchange: SubjectExchange, prompt: PromptId, tag: Annotated[Segment, Path()], query: AnyMoveQuery
) -> Response:
    """Take a tag away from whichever version it is on."""
    terms = terms_of(query)
    return await exchange.carry_out(
        lambda tx, act: labels.remove_one(tx, act, prompt_id(prompt), tag, terms=terms),
        lambda moved: instead_of_moving(moved) or no_content(moved),
    )
