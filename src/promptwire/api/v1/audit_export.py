"""The change log of an organization as JSON lines: a stream, however long it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import StreamingResponse

from promptwire.api.exchange import Exchange, deferred, given
from promptwire.api.v1.answers import errors
from promptwire.api.v1.audit import AuditLine, OfTeam, encoded_line
from promptwire.api.v1.requests import PersonOrAdminKeyExchange, prompt_id, team_id, uuid_of
from promptwire.domain import changes
from promptwire.domain.changes import Entry
from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import check_label_text
from promptwire.services import audit
from promptwire.services.calls import Input

router = APIRouter(tags=["Audit Logs"])

_PAGE = 500
"""Entries that are in memory at once."""
_LINES = "application/x-ndjson"


async def _query(
    prompt: Annotated[str, Query(alias="prompt_id", description="Only changes of this prompt.")] = "",
    label: Annotated[str, Query(description="Only changes of this label; `live` is the live status.")] = "",
    team: OfTeam = "",
    after: Annotated[str, Query(description="Only revisions above this one: to go on where another ended.")] = "",
) -> Input[changes.Query]:
    return deferred(
        lambda: changes.Query(
            limit=_PAGE,
            after=_revision(after) if after else 0,
            prompt_id=prompt_id(prompt) if prompt else None,
            label=check_label_text(label) if label else None,
            team_id=team_id(team) if team else None,
        )
    )


def _revision(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(2**62)) - 1):
        raise InvalidInput("after must be a revision: a whole number", "after")
    return int(text)


@router.get(
    "/v1/orgs/{orgID}/audit-logs/export",
    operation_id="exportAuditLogs",
    summary="Export Audit Logs",
    response_class=StreamingResponse,
    responses={
        200: {"description": "JSON lines, oldest first.", "content": {_LINES: {"schema": {"type": "string"}}}},
        **errors(400, 401, 403),
    },
)
async def export_audit_logs(
    exchange: PersonOrAdminKeyExchange,
    org: Annotated[str, Path(alias="orgID", description="The organization's UUID.")],
    read: Annotated[Input[changes.Query], Depends(_query)],
) -> StreamingResponse:
    """Give the log of an organization as JSON lines, oldest first; one that breaks off is not complete."""
    org_id = uuid_of(org, "invalid id")
    first = await _page(exchange, org_id, read)
    return StreamingResponse(_pages(exchange, org_id, first, query=read()), media_type=_LINES)


async def _pages(
    exchange: Exchange, org_id: str, page: Sequence[Entry], *, query: changes.Query
) -> AsyncIterator[bytes]:
    """Go on page by page; each asks again whether the subject may."""
    while page:
        yield b"".join(encoded_line(AuditLine.of(entry)) for entry in page)
        if len(page) < query.limit:
            return
        page = await _page(exchange, org_id, given(replace(query, after=page[-1].revision)))


async def _page(exchange: Exchange, org_id: str, read: Input[changes.Query]) -> Sequence[Entry]:
    return await exchange.read(lambda tx, act: audit.onward(tx, act, org_id, read))
