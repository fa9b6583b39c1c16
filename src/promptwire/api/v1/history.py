"""The past of a prompt and its labels on `/v1` (docs/howto/history.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Time, answer, errors
from promptwire.api.v1.audit import AuditLog
from promptwire.api.v1.pages import Cursor, encoded, read_limit, read_number
from promptwire.api.v1.requests import SubjectExchange, prompt_id
from promptwire.api.v1.versions import PromptId
from promptwire.domain.history import Event, Served
from promptwire.domain.labels import check_label_text
from promptwire.domain.pages import Cut
from promptwire.domain.times import parse_time
from promptwire.services import history
from promptwire.services.calls import Input
from promptwire.services.history import Names

router = APIRouter(tags=["History"])

Label = Annotated[str, Query(description="Only this label; `live` is the live status.")]
At = Annotated[str, Query(description="A time in the past (RFC 3339); now when not given.")]


class HistoryEvent(AuditLog):
    """Something that happened to a prompt; of a move of a label or of `live`, from where to where.

    A side is null where the label led nowhere, both are where nothing moved. A version may be gone by now.
    """

    from_version: int | None
    from_version_id: str | None
    to_version: int | None
    to_version_id: str | None

    @classmethod
    def told(cls, event: Event, names: Names) -> HistoryEvent:
        """Write an event."""
        before, after = event.before, event.after
        return cls.of(
            event.entry,
            actor_name=names[event.entry.change.subject],
            from_version=before.number if before else None,
            from_version_id=before.version_id if before else None,
            to_version=after.number if after else None,
            to_version_id=after.version_id if after else None,
        )


class HistoryAnswer(BaseModel):
    """What happened to a prompt, newest first, and where the next page begins."""

    history: list[HistoryEvent]
    next_cursor: str | None


class ServedLabel(BaseModel):
    """What a label, or `live`, led to at a time."""

    label: str
    version: int | None
    """None where it led nowhere."""
    version_id: str | None
    content_hash: str | None
    """What the version said then."""
    since: Time | None
    """When it came to lead there; None where it never had led anywhere."""
    move: HistoryEvent | None
    """The move by which it did."""

    @classmethod
    def of(cls, served: Served, names: Names) -> ServedLabel:
        """Write what was served."""
        holder, event = served.holder, served.event
        return cls(
            label=served.label,
            version=holder.number if holder else None,
            version_id=holder.version_id if holder else None,
            content_hash=served.content_hash,
            since=event.entry.change.at if event else None,
            move=HistoryEvent.told(event, names) if event else None,
        )


class ServedAnswer(BaseModel):
    """What the labels of a prompt, and `live`, led to at a time."""

    at: Time
    served: list[ServedLabel]


async def _asked(
    limit: Annotated[str, Query(description="1 to 200; 50 when not given.")] = "",
    cursor: Cursor = "",
    label: Label = "",
) -> Input[history.Asked]:
    return deferred(
        lambda: history.Asked(
            cut=Cut(limit=read_limit(limit), after=read_number(cursor) if cursor else None),
            label=check_label_text(label) if label else None,
        )
    )


@router.get(
    "/v1/prompts/{id}/history",
    operation_id="listPromptHistory",
    summary="List Prompt History",
    response_model=HistoryAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_prompt_history(
    exchange: SubjectExchange, prompt: PromptId, read: Annotated[Input[history.Asked], Depends(_asked)]
) -> Response:
    """List who did what to a prompt or a label of it, when, from where to where, and why; for its readers."""
    past = await exchange.read(lambda tx, act: history.of_prompt(tx, act, prompt_id(prompt), read))
    next_cursor = encoded(past.next_before) if past.next_before else None
    told = [HistoryEvent.told(event, past.names) for event in past.events]
    return answer(HistoryAnswer(history=told, next_cursor=next_cursor))


def asked_time(at: str) -> datetime | None:
    """Read the time of a question about the past.

    Raises:
        InvalidInput: When it is none.
    """
    return parse_time(at, "at") if at else None


@router.get(
    "/v1/prompts/{id}/served",
    operation_id="getServed",
    summary="Get What Was Served",
    response_model=ServedAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_served(exchange: SubjectExchange, prompt: PromptId, label: Label = "", at: At = "") -> Response:
    """Give the version that a label, or every label and `live`, led to at a time."""
    read = deferred(lambda: (check_label_text(label) if label else None, asked_time(at)))
    then = await exchange.read(lambda tx, act: history.served(tx, act, prompt_id(prompt), read))
    served = [ServedLabel.of(one, then.names) for one in then.served]
    return answer(ServedAnswer(at=then.at, served=served))
