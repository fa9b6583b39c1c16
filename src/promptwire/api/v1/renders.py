"""Renders on `/v1` (contracts/px0.md 1.7), and the resolve route of the delivery protocol (`wire.delivery`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from promptwire.api.exchange import Exchange, deferred
from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.requests import Body, Segment, SubjectExchange, body_of, takes
from promptwire.api.v1.version_answers import JsonObject, JsonObjects
from promptwire.api.v1.versions import VersionPath
from promptwire.domain.errors import InvalidInput
from promptwire.domain.versions import ByLive, ByNumber, Reference, by_label, parse_path_reference
from promptwire.services import render
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.delivery import etag

router = APIRouter(tags=["Prompt Renders"])

Slug = Annotated[Segment, Path(alias="slug", description="The prompt's slug.")]
TeamSlug = Annotated[str | None, Query(description="The slug or id of the team, where several have such a prompt.")]


class RenderRequest(Body):
    """The variables to fill the template with."""

    variables: dict[str, Any] = Field(default_factory=dict)


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
    responses=errors(400, 401, 403, 404, 409, 413, 422),
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
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    openapi_extra=takes(RenderRequest),
)
async def render_version(
    exchange: SubjectExchange, slug: Slug, version: VersionPath, team: TeamSlug = None
) -> Response:
    """Fill a version, by number or tag and in any status, with variables."""
    return await _render(exchange, slug, parse_path_reference(version), team)


async def _render(exchange: Exchange, slug: str, reference: Reference, team: str | None) -> Response:
    read = await body_of(exchange, RenderRequest, lambda body: body.variables)
    prompt, version = await exchange.read(lambda tx, act: render.load(tx, act, slug, reference, team=team))
    variables: dict[str, JsonValue] = read()
    content = version.content
    rendered = await exchange.context.renderer.render(content, variables)
    return answer(
        RenderResponse(
            rendered=rendered.text,
            version=version.number,
            slug=prompt.slug,
            tags=list(version.labels),
            kind=content.kind,
            messages=rendered.messages,
            model=content.model,
            model_params=content.model_params,
            tools=content.tools,
            response_format=content.response_format,
        )
    )


@router.get(
    "/v1/prompts/{slug}/resolve",
    operation_id="resolvePrompt",
    summary="Resolve Prompt",
    responses=errors(400, 401, 403, 404, 409),
)
async def resolve_prompt(  # noqa: PLR0917 - each is a parameter of the route
    exchange: SubjectExchange,
    slug: Slug,
    label: Annotated[str | None, Query()] = None,
    version: Annotated[str | None, Query()] = None,
    team: TeamSlug = None,
) -> Response:
    """Tell a running process which version a label, a number, or nothing (the live one) means now."""
    read = deferred(lambda: _reference(label, version))
    numbers = exchange.context.numbers
    resolved = await exchange.read(lambda tx, act: render.resolve(tx, act, slug, read, team=team, numbers=numbers))
    body = canonical_json(resolved.as_json())
    headers = {"ETag": etag(body), "Cache-Control": "private, no-cache"}
    if _has(exchange.request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def _has(known: str, tag: str) -> bool:
    """Tell whether an `If-None-Match` names a tag, compared weakly: a proxy that compresses marks it `W/`."""
    return known.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}


def _reference(label: str | None, version: str | None) -> Reference:
    if label is not None and version is not None:
        raise InvalidInput("give label or version, not both", "version")
    if version is not None:
        reference = parse_path_reference(version)
        if not isinstance(reference, ByNumber):
            raise InvalidInput("version must be a number", "version")
        return reference
    return ByLive() if label is None else by_label(label)
