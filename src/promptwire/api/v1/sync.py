"""The delivery protocol for many prompts on `/v1` (docs/reference/delivery.md, `wire.sync`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from promptwire.api.bodies import check_is_json, read_body
from promptwire.api.v1.answers import errors
from promptwire.api.v1.requests import Body, SubjectExchange, takes
from promptwire.api.v1.viewers import viewer_of
from promptwire.domain.errors import InvalidBody, InvalidInput
from promptwire.domain.use import BY_NUMBER
from promptwire.domain.versions import LIVE
from promptwire.readmodel.delivery.names import check
from promptwire.readmodel.use import Use
from promptwire.wire.sync import MAX_ASKED, Asked, SyncAnswer, SyncRequest

router = APIRouter(tags=["Delivery"])


class SyncName(BaseModel):
    """A name that a process uses: a prompt at a label, at a version number, or else live."""

    prompt: str
    """A slug, or `team/slug`."""
    label: str | None = None
    version: int | None = None


class SyncBody(Body):
    """What a process uses, and where it stands."""

    cursor: str | None = None
    prompts: list[SyncName] | None = None
    add: list[SyncName] = Field(default_factory=list)
    have: list[str] = Field(default_factory=list)


class SyncFound(BaseModel):
    """The version that a name means now."""

    asked: SyncName
    slug: str
    team: str
    prompt_id: str
    version_id: str
    version: int
    status: str
    labels: list[str]
    content_hash: str


class SyncGone(BaseModel):
    """A name that means nothing now, and why."""

    asked: SyncName
    reason: str
    candidates: list[str] | None = None


class SyncEngine(BaseModel):
    """The settings that decide what a template renders to."""

    numbers: Literal["exact", "float64"]


class SyncResult(BaseModel):
    """What changed since the cursor."""

    cursor: str
    reset: bool
    more: bool
    engine: SyncEngine
    prompts: list[SyncFound]
    contents: dict[str, Any]
    gone: list[SyncGone]
    purged: list[str]


class _Name(msgspec.Struct):
    prompt: str
    label: str | None = None
    version: int | None = None


class _Request(msgspec.Struct):
    cursor: str | None = None
    prompts: list[_Name] | None = None
    add: list[_Name] | None = None
    have: list[str] | None = None


_decoder = msgspec.json.Decoder(_Request)


@router.post(
    "/v1/sync",
    operation_id="sync",
    summary="Sync Prompts",
    response_model=SyncResult,
    responses=errors(400, 401, 403, 409, 413),
    openapi_extra=takes(SyncBody),
)
async def sync(exchange: SubjectExchange) -> Response:
    """Tell a running process what changed since its cursor, of what it uses."""
    body = await read_body(exchange.request)
    viewer, _ = await viewer_of(exchange)
    request = _read(body, exchange.request.headers.get("content-type"))
    found = await exchange.context.delivery.sync.answer(viewer, request)
    _count(exchange.context.use, request, found)
    return _answer(found)


@router.get(
    "/v1/sync",
    operation_id="syncAll",
    summary="Sync Everything",
    response_model=SyncResult,
    responses=errors(401, 403),
)
async def sync_all(
    exchange: SubjectExchange,
    cursor: Annotated[str, Query(description="The cursor of the last answer; without it, everything.")] = "",
) -> Response:
    """Tell what changed since a cursor, of everything that the credential may see."""
    viewer, _ = await viewer_of(exchange)
    delivery = exchange.context.delivery.sync
    headers = {
        "ETag": await delivery.etag(viewer, cursor),
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization",
    }
    known = exchange.request.headers.get("if-none-match", "")
    if headers["ETag"] in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return _answer(await delivery.everything(viewer, cursor), headers)


def _count(use: Use, request: SyncRequest, answer: SyncAnswer) -> None:
    """Count what a process asks about for the first time, not what it only looks at again."""
    new = set(request.add) if request.cursor else None
    for found in answer.prompts:
        asked = found.asked
        if new is None or asked in new:
            use.named(found.prompt_id, found.version, BY_NUMBER if asked.version is not None else asked.label or LIVE)


def _answer(answer: SyncAnswer, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(answer.as_json()), 200, headers, "application/json")


def _read(body: bytes, content_type: str | None) -> SyncRequest:
    check_is_json(body, content_type)
    try:
        sent = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidBody(str(error)) from None
    have = sent.have or ()
    if len(sent.prompts or ()) + len(sent.add or ()) > MAX_ASKED or len(have) > MAX_ASKED:
        raise InvalidInput(f"at most {MAX_ASKED} names, and as many hashes, may be sent at once")
    prompts = None if sent.prompts is None else _names(sent.prompts, "prompts")
    return SyncRequest(cursor=sent.cursor, prompts=prompts, add=_names(sent.add or (), "add"), have=have)


def _names(sent: Sequence[_Name], field: str) -> Sequence[Asked]:
    asked = (Asked(one.prompt, one.label, one.version) for one in sent)
    return [check(one, f"{field}[{at}]") for at, one in enumerate(asked)]
