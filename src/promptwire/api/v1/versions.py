"""Versions on `/v1` (contracts/px0.md 1.5, contracts/seeds/px0-list-versions.txt)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.moves import DRY_RUN, RESPONSES, DryRunAnswer, came_of, instead_of_moving, shown
from promptwire.api.v1.pages import CutByNumber, next_cursor
from promptwire.api.v1.requests import (
    Segment,
    SubjectExchange,
    body_of,
    optional_body_of,
    prompt_id,
    raw_query,
    takes,
)
from promptwire.api.v1.terms import AnyMoveQuery, MoveBody, terms_of
from promptwire.api.v1.version_answers import PromptVersion, VersionAnswer, VersionsAnswer, created, one
from promptwire.api.v1.version_bodies import CreateVersionRequest, UpdateVersionRequest, draft_over
from promptwire.domain.versions import parse_path_reference, parse_promotion_target, parse_status
from promptwire.ports.storage import Transaction
from promptwire.services import lifecycle, versions
from promptwire.services.authors import Authored, all_authored, named
from promptwire.services.calls import Act, Input
from promptwire.services.parsing import parsed_ahead

router = APIRouter(tags=["Prompt Versions"])

PromptId = Annotated[str, Path(alias="id", description="The prompt's UUID.")]
VersionPath = Annotated[Segment, Path(alias="version", description="A version's number, or a tag on it.")]


class PromoteVersionRequest(MoveBody):
    """Where a promotion leads; left out means one step."""

    to: str | None = None


IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the draft as it was read, or several, or *: what was changed since is not undone.",
    "schema": {"type": "string"},
}


@router.post(
    "/v1/prompts/{id}/versions",
    operation_id="createVersion",
    summary="Create Prompt Version",
    status_code=201,
    response_model=VersionAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(CreateVersionRequest),
)
async def create_version(exchange: SubjectExchange, prompt: PromptId) -> Response:
    """Write a new draft."""
    read = await body_of(exchange, CreateVersionRequest, lambda body: body.draft(exchange.context.schemas))

    def write(check: versions.Check) -> Awaitable[Response]:
        return exchange.carry_out(
            named(lambda tx, act: versions.create(tx, act, prompt_id(prompt), read, check=check)), created
        )

    return await parsed_ahead(exchange.context.renderer, write)


@router.get(
    "/v1/prompts/{id}/versions",
    operation_id="listVersions",
    summary="List Prompt Versions",
    response_model=VersionsAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_versions(  # noqa: PLR0917 - each is a parameter of the route
    exchange: SubjectExchange,
    prompt: PromptId,
    cut: CutByNumber,
    tags: Annotated[str | None, Query(description="Tags, separated by commas: versions with any of them.")] = None,
    status: Annotated[str | None, Query(description="draft, stable, live or archived.")] = None,
) -> Response:
    """List versions; both filters together limit together, and each version names all of its tags."""
    del tags  # a label may hold a comma: what separates is known only before decoding

    def read() -> versions.Filter:
        return versions.Filter(
            status=parse_status(status) if status else None,
            labels=frozenset(raw_query(exchange, "tags")),
            cut=cut(),
        )

    def load(tx: Transaction, act: Act) -> tuple[list[Authored], dict[str, str | None]]:
        page = versions.of_prompt(tx, act, prompt_id(prompt), read)
        return all_authored(tx, act, page.items), next_cursor(page)

    found, following = await exchange.read(load)
    return answer(VersionsAnswer(versions=[PromptVersion.by(one) for one in found], **following))


@router.get(
    "/v1/prompts/{id}/versions/{version}",
    operation_id="getVersion",
    summary="Get Prompt Version",
    response_model=VersionAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_version(exchange: SubjectExchange, prompt: PromptId, version: VersionPath) -> Response:
    """Give a version by number or tag."""
    reference = parse_path_reference(version)
    return one(await exchange.read(named(lambda tx, act: versions.get(tx, act, prompt_id(prompt), reference))))


@router.put(
    "/v1/prompts/{id}/versions/{version}",
    operation_id="updateVersion",
    summary="Update Draft Version",
    response_model=VersionAnswer,
    responses=errors(400, 401, 403, 404, 412, 413, 422),
    openapi_extra=takes(UpdateVersionRequest) | {"parameters": [IF_MATCH]},
)
async def update_version(exchange: SubjectExchange, prompt: PromptId, version: VersionPath) -> Response:
    """Rewrite a draft; with `If-Match`, only if nobody else has done so since."""
    read = await body_of(exchange, UpdateVersionRequest, lambda body: draft_over(exchange, body))
    reference = parse_path_reference(version)

    def write(check: versions.Check) -> Awaitable[Response]:
        return exchange.carry_out(
            named(lambda tx, act: versions.update(tx, act, prompt_id(prompt), reference, read=read, check=check)), one
        )

    return await parsed_ahead(exchange.context.renderer, write)


@router.delete(
    "/v1/prompts/{id}/versions/{version}",
    operation_id="deletePromptVersion",
    summary="Delete Prompt Version",
    status_code=204,
    responses=errors(400, 401, 403, 404, 409, 412) | RESPONSES | DRY_RUN,
)
async def delete_version(
    exchange: SubjectExchange, prompt: PromptId, version: VersionPath, query: AnyMoveQuery
) -> Response:
    """Remove a draft for good; archive any other version."""
    reference, terms = parse_path_reference(version), terms_of(query)
    return await exchange.carry_out(
        lambda tx, act: lifecycle.delete(tx, act, prompt_id(prompt), reference, terms=terms),
        lambda moved: instead_of_moving(moved) or no_content(moved),
    )


@router.post(
    "/v1/prompts/{id}/versions/{version}/duplicate",
    operation_id="duplicateVersion",
    summary="Duplicate Prompt Version",
    status_code=201,
    response_model=VersionAnswer,
    responses=errors(400, 401, 403, 404, 410),
)
async def duplicate_version(exchange: SubjectExchange, prompt: PromptId, version: VersionPath) -> Response:
    """Write a new draft with the same content."""
    reference = parse_path_reference(version)
    return await exchange.carry_out(
        named(lambda tx, act: versions.duplicate(tx, act, prompt_id(prompt), reference)), created
    )


@router.post(
    "/v1/prompts/{id}/versions/{version}/promote",
    operation_id="promoteVersion",
    summary="Promote Prompt Version",
    response_model=VersionAnswer | DryRunAnswer,
    responses=errors(400, 401, 403, 404, 409, 410, 412, 413, 422) | RESPONSES,
    openapi_extra=takes(PromoteVersionRequest, required=False),
)
async def promote_version(
    exchange: SubjectExchange, prompt: PromptId, version: VersionPath, query: AnyMoveQuery
) -> Response:
    """Bring a version one step further, or to where `to` says, however often it is asked."""
    body: Input[PromoteVersionRequest] = await optional_body_of(exchange, PromoteVersionRequest, lambda body: body)
    reference, terms = parse_path_reference(version), terms_of(query, body)
    return await exchange.carry_out(
        came_of(
            lambda tx, act: lifecycle.promote(
                tx, act, prompt_id(prompt), reference, read=lambda: parse_promotion_target(body().to), terms=terms
            )
        ),
        shown,
    )


@router.post(
    "/v1/prompts/{id}/versions/{version}/demote",
    operation_id="demoteVersion",
    summary="Demote Prompt Version",
    response_model=VersionAnswer | DryRunAnswer,
    responses=errors(400, 401, 403, 404, 409, 412, 422) | RESPONSES,
)
async def demote_version(
    exchange: SubjectExchange, prompt: PromptId, version: VersionPath, query: AnyMoveQuery
) -> Response:
    """Bring the live version back to stable."""
    reference, terms = parse_path_reference(version), terms_of(query)
    return await exchange.carry_out(
        came_of(lambda tx, act: lifecycle.demote(tx, act, prompt_id(prompt), reference, terms=terms)), shown
    )


@router.post(
    "/v1/prompts/{id}/versions/{version}/archive",
    operation_id="archiveVersion",
    summary="Archive Prompt Version",
    response_model=VersionAnswer | DryRunAnswer,
    responses=errors(400, 401, 403, 404, 409, 412, 422) | RESPONSES,
)
async def archive_version(
    exchange: SubjectExchange, prompt: PromptId, version: VersionPath, query: AnyMoveQuery
) -> Response:
    """Take a version out of use."""
    reference, terms = parse_path_reference(version), terms_of(query)
    return await exchange.carry_out(
        came_of(lambda tx, act: lifecycle.archive(tx, act, prompt_id(prompt), reference, terms=terms)), shown
    )
