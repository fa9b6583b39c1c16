"""The audit trail on `/v1` (contracts/px0.md section 3, docs/reference/change-log.md)."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Time, answer, errors
from promptwire.api.v1.pages import Cursor, encoded, read_limit, read_number
from promptwire.api.v1.requests import PersonOrAdminKeyExchange, prompt_id, team_id, uuid_of
from promptwire.domain import changes
from promptwire.domain.changes import Entry
from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import check_label_text
from promptwire.services import audit
from promptwire.services.calls import Input

router = APIRouter(tags=["Audit Logs"])

OfTeam = Annotated[
    str, Query(alias="team_id", description="Only changes of this team, of what it has, and of the prompts it has now.")
]


class AuditLine(BaseModel):
    """An entry of the change log: px0's fields, and what it takes to compute its hash again."""

    id: str
    org_id: str | None
    """None where the entry counts in no organization's scope."""
    created_at: Time
    actor_kind: str
    actor_id: str
    action: str
    entity_type: str
    entity_id: str
    prompt_id: str | None
    label: str | None
    metadata: dict[str, dict[str, Any]]
    """`before` and `after`: what the entry says that the object was, and is."""
    reason: str | None
    request_id: str
    scope: str
    revision: int
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, entry: Entry, **more: object) -> Self:
        """Write an entry."""
        change = entry.change
        fields = {
            "id": entry.hash,
            "org_id": change.scope.id if change.scope.kind == "org" else None,
            "created_at": change.at,
            "actor_kind": change.subject_kind,
            "actor_id": change.subject_id,
            "action": change.action,
            "entity_type": change.object_kind,
            "entity_id": change.object_id,
            "prompt_id": change.prompt_id,
            "label": change.label,
            "metadata": {"before": dict(change.before), "after": dict(change.after)},
            "reason": change.reason,
            "request_id": change.request_id,
            "scope": str(change.scope),
            "revision": entry.revision,
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
        }
        return cls.model_validate(fields | more)


class AuditLog(AuditLine):
    """An entry of the change log, and who did it."""

    actor_name: str | None
    """What the actor is called now; no part of the entry."""


class StoreLine(AuditLine):
    """An entry of the change log among those of all scopes."""

    seq: int
    """Its number in the store."""


def encoded_line(line: AuditLine) -> bytes:
    """Write an entry as a line of JSON."""
    return line.model_dump_json().encode() + b"\n"


class AuditLogsAnswer(BaseModel):
    """Entries of the change log, newest first, and where the next page begins."""

    logs: list[AuditLog]
    next_cursor: str | None


async def _query(  # noqa: PLR0917 - each is a parameter of the route
    limit: Annotated[str, Query(description="1 to 200; 50 when not given.")] = "",
    cursor: Cursor = "",
    prompt: Annotated[str, Query(alias="prompt_id", description="Only changes of this prompt.")] = "",
    label: Annotated[str, Query(description="Only changes of this label; `live` is the live status.")] = "",
    team: OfTeam = "",
    offset: Annotated[str, Query(description="px0's; refused, for pages would shift while one reads.")] = "",
) -> Input[changes.Query]:
    def make() -> changes.Query:
        if offset not in {"", "0"}:
            raise InvalidInput("offset is not supported: pass the next_cursor of the page before as cursor", "offset")
        return changes.Query(
            limit=read_limit(limit),
            before=read_number(cursor) if cursor else None,
            prompt_id=prompt_id(prompt) if prompt else None,
            label=check_label_text(label) if label else None,
            team_id=team_id(team) if team else None,
        )

    return deferred(make)


@router.get(
    "/v1/orgs/{orgID}/audit-logs",
    operation_id="listAuditLogs",
    summary="List Audit Logs",
    response_model=AuditLogsAnswer,
    responses=errors(400, 401, 403),
)
async def list_audit_logs(
    exchange: PersonOrAdminKeyExchange,
    org: Annotated[str, Path(alias="orgID", description="The organization's UUID.")],
    read: Annotated[Input[changes.Query], Depends(_query)],
) -> Response:
    """List who did what to what in an organization, for its administrators."""
    page = await exchange.read(lambda tx, act: audit.of_org(tx, act, uuid_of(org, "invalid id"), read))
    next_cursor = encoded(page.next_before) if page.next_before else None
    logs = [AuditLog.of(entry, actor_name=page.names[entry.change.subject]) for entry in page.entries]
    return answer(AuditLogsAnswer(logs=logs, next_cursor=next_cursor))
