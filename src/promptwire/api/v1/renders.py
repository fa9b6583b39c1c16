"""Renders on `/v1` (contracts/px0.md 1.7), and the resolve route of the delivery protocol (`wire.delivery`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from promptwire.api.bodies import decode_json, read_body
from promptwire.api.exchange import Exchange
from promptwire.api.v1.answers import errors
from promptwire.api.v1.reads import Read, Reads
from promptwire.api.v1.requests import Body, Segment, SubjectExchange, takes
from promptwire.api.v1.targets import Target, Verb, resolved_reference
from promptwire.api.v1.version_answers import JsonObject, JsonObjects
from promptwire.api.v1.versions import VersionPath
from promptwire.domain.versions import ByLive, Reference, parse_path_reference
from promptwire.readmodel.finding import Wanted
from promptwire.wire.canonical import JsonValue

router = APIRouter(tags=["Prompt Renders"])

Slug = Annotated[Segment, Path(alias="slug", description="The prompt's slug.")]
TeamSlug = Annotated[str | None, Query(description="The slug or id of the team, where several have such a prompt.")]


class RenderRequest(Body):
    """The variables to fill the template with."""

    variables: dict[str, Any] = Field(default_factory=dict)


def variables_in(body: bytes, content_type: str | None) -> dict[str, JsonValue]:
    """Read the body of a render.

    Raises:
        InvalidBody: When it is none.
    """
    return RenderRequest.read(decode_json(body, content_type)).variables


class RenderResponse(BaseModel):
    """The text, which version it is, and how to call a model with it.

    Of a chat, `messages` are what a model's client takes, and `rendered` is a text that shows them.
    """

    rendered: str
    version: int
    slug: str
    tags: list[str]
    kind: Literal["text", "chat"]
    messages: JsonObjects
    model: str | None
    model_params: JsonObject
    tools: JsonObjects
    response_format: JsonObject


@router.post(
    "/v1/prompts/{slug}/render",
    operation_id="renderLive",
    summary="Render Live Version",
    response_model=RenderResponse,
    responses=errors(400, 401, 403, 404, 409, 410, 413, 422, 503),
    openapi_extra=takes(RenderRequest),
)
async def render_live(exchange: SubjectExchange, slug: Slug, team: TeamSlug = None) -> Response:
    """Fill the live version with variables."""
    return await _render(exchange, slug, ByLive(), team)


@router.post(
    "/v1/prompts/{slug}/versions/{version}/render",
    operation_id="renderVersion",
    summary="Render Version",
    response_model=RenderResponse,
    responses=errors(400, 401, 403, 404, 409, 410, 413, 422, 503),
    openapi_extra=takes(RenderRequest),
)
async def render_version(
    exchange: SubjectExchange, slug: Slug, version: VersionPath, team: TeamSlug = None
) -> Response:
    """Fill a version, by number or tag and in any status, with variables."""
    return await _render(exchange, slug, parse_path_reference(version), team)


async def _render(exchange: Exchange, slug: str, reference: Reference, team: str | None) -> Response:
    read = _read(exchange, Target(Verb.RENDER, Wanted(slug, reference, team)))
    read.body = await read_body(exchange.request)
    return (await _reads(exchange).later(read)).response()


@router.get(
    "/v1/prompts/{slug}/resolve",
    operation_id="resolvePrompt",
    summary="Resolve Prompt",
    responses=errors(400, 401, 403, 404, 409, 410),
)
async def resolve_prompt(  # noqa: PLR0917 - each is a parameter of the route
    exchange: SubjectExchange,
    slug: Slug,
    label: Annotated[str | None, Query()] = None,
    version: Annotated[str | None, Query()] = None,
    team: TeamSlug = None,
) -> Response:
    """Tell a running process which version a label, a number, or nothing (the live one) means now."""
    wanted = Wanted(slug, resolved_reference(label, version), team)
    return (await _reads(exchange).later(_read(exchange, Target(Verb.RESOLVE, wanted)))).response()


def _reads(exchange: Exchange) -> Reads:
    reads: Reads = exchange.request.app.state.reads
    return reads


def _read(exchange: Exchange, target: Target) -> Read:
    headers, token = exchange.request.headers, exchange.call.token  # which a browser has in a cookie
    authorization = _bytes(headers.get("authorization") or (f"Bearer {token}" if token else None))
    return Read(target, authorization, _bytes(headers.get("if-none-match")), _bytes(headers.get("content-type")))


def _bytes(header: str | None) -> bytes | None:
    return None if header is None else header.encode("latin-1")
