"""How often prompts are used, on `/v1` (docs/howto/see-what-is-used.md)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Time, Uuid, answer, errors
from promptwire.api.v1.pages import read_limit
from promptwire.api.v1.requests import SubjectExchange, prompt_id, uuid_of
from promptwire.api.v1.versions import PromptId
from promptwire.domain.errors import InvalidInput
from promptwire.domain.times import parse_time
from promptwire.domain.use import Counts, Period, PromptUse, Span, UseKey, time_of, total
from promptwire.services import use
from promptwire.services.calls import Input
from promptwire.services.use import AskedOverview, Overview, UseOfPrompt

router = APIRouter(tags=["Use"])

TeamQuery = Annotated[str, Query(description="Only of this team.")]
OrgQuery = Annotated[str, Query(description="Only of the teams of this organization that one sees.")]


class UseCounts(BaseModel):
    """How often: `renders`, `errors` (renders that failed), and `resolves` (asked the server which version it is)."""

    renders: int
    resolves: int
    errors: int


class UseRow(UseCounts):
    """What was used of a version, asked for under a label (null: by its number), from one source.

    `api`: resolved or rendered by the server; else a copy in a running process, which came from the `server`, its
    `disk`, its `bundle`, or was the caller's `fallback` (version 0). `processes` counts those that served it in the
    period, as far as seven days back.
    """

    version: int
    label: str | None
    source: str
    processes: int
    first_used_at: Time | None
    last_used_at: Time | None


class UseSlice(UseCounts):
    """What was counted in the hour or day that begins at `at`."""

    at: Time
    version: int
    label: str | None
    source: str


class PromptUseAnswer(BaseModel):
    """How a prompt was used in a period; `last_used_at` is when it last was, however long ago."""

    prompt_id: Uuid
    since: Time
    until: Time
    by: str
    last_used_at: Time | None
    processes: int
    total: UseCounts
    versions: list[UseRow]
    slices: list[UseSlice]

    @classmethod
    def of(cls, found: UseOfPrompt) -> PromptUseAnswer:
        """Write the use of a prompt."""
        return cls(
            prompt_id=found.prompt_id,
            since=found.period.since,
            until=found.period.until,
            by=found.period.span.value,
            last_used_at=found.last_at,
            processes=found.processes(),
            total=UseCounts(**_counts(total(one.counts for one in found.slices))),
            versions=_rows(found),
            slices=[UseSlice(at=time_of(one.hour), **_which(one.key), **_counts(one.counts)) for one in found.slices],
        )


def _rows(found: UseOfPrompt) -> list[UseRow]:
    times = {one.key: one for one in found.lifetimes}
    sums: dict[UseKey, Counts] = {}
    for one in found.slices:
        sums.setdefault(one.key, Counts()).add(one.counts)
    return [
        UseRow(
            **_which(key),
            **_counts(sums[key]),
            processes=found.processes(key),
            first_used_at=times[key].first_at if key in times else None,
            last_used_at=times[key].last_at if key in times else None,
        )
        for key in sorted(sums, key=lambda one: (-one.version, one.label, one.source))
    ]


def _counts(counts: Counts) -> dict[str, Any]:
    return {"renders": counts.renders, "resolves": counts.resolves, "errors": counts.errors}


def _which(key: UseKey) -> dict[str, Any]:
    return {"version": key.version, "label": key.label or None, "source": key.source}


class PromptInUse(UseCounts):
    """A prompt, and how much it was used; `last_used_at` is null where it never was, as far as is known."""

    prompt_id: Uuid
    team_id: Uuid
    team: str
    slug: str
    name: str
    last_used_at: Time | None

    @classmethod
    def of(cls, one: PromptUse, overview: Overview) -> PromptInUse:
        """Write the use of one of many prompts."""
        return cls(
            prompt_id=one.prompt_id,
            team_id=one.team_id,
            team=overview.teams[one.team_id].slug,
            slug=one.slug,
            name=one.name,
            last_used_at=one.last_at,
            renders=one.counts.renders,
            resolves=one.counts.resolves,
            errors=one.counts.errors,
        )


class UseOverviewAnswer(BaseModel):
    """The prompts used most since a time, and the active ones that are older than that and that nobody used since.

    `counting_since` is when this store began to count; null where it has not. What was used before, nobody knows.
    """

    since: Time
    counting_since: Time | None
    most_used: list[PromptInUse]
    unused: list[PromptInUse]


async def _period(
    since: Annotated[str, Query(alias="from", description="RFC 3339; seven days before `to` when not given.")] = "",
    until: Annotated[str, Query(alias="to", description="RFC 3339; now when not given.")] = "",
    by: Annotated[str, Query(description="hour (14 days at most) or day; as fits when not given.")] = "",
) -> tuple[str, str, str]:
    return since, until, by


@router.get(
    "/v1/prompts/{id}/use",
    operation_id="getPromptUse",
    summary="Get Use of Prompt",
    response_model=PromptUseAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_prompt_use(
    exchange: SubjectExchange, prompt: PromptId, asked: Annotated[tuple[str, str, str], Depends(_period)]
) -> Response:
    """Tell how often which version was used, under which label, by how many processes, and when last."""
    now = exchange.call.now

    def read() -> Period:
        since, until, by = asked
        times = (parse_time(since, "from") if since else None, parse_time(until, "to") if until else None)
        return Period.of(*times, _span(by), now=now)

    return answer(
        PromptUseAnswer.of(await exchange.read(lambda tx, act: use.of_prompt(tx, act, prompt_id(prompt), read)))
    )


def _span(text: str) -> Span | None:
    try:
        return Span(text) if text else None
    except ValueError:
        raise InvalidInput("by must be hour or day", "by") from None


async def _overview(
    team: TeamQuery = "",
    org: OrgQuery = "",
    days: Annotated[str, Query(description="1 to 400; 30 when not given.")] = "",
    limit: Annotated[str, Query(description="1 to 200 of each list; 50 when not given.")] = "",
) -> Input[AskedOverview]:
    return deferred(
        lambda: AskedOverview(
            team_id=uuid_of(team, "invalid team id") if team else None,
            org_id=uuid_of(org, "invalid org id") if org else None,
            days=_days(days),
            limit=read_limit(limit),
        )
    )


def _days(text: str) -> int:
    if not text:
        return 30
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= 400:  # noqa: PLR2004 - the sentence below
        raise InvalidInput("days must be a number from 1 to 400", "days")
    return int(text)


@router.get(
    "/v1/use",
    operation_id="getUse",
    summary="Get Use",
    response_model=UseOverviewAnswer,
    responses=errors(400, 401, 403),
)
async def get_use(exchange: SubjectExchange, read: Annotated[Input[AskedOverview], Depends(_overview)]) -> Response:
    """Tell which prompts are used most, and which nobody has used, of a team, an organization, or all one sees."""
    found = await exchange.read(lambda tx, act: use.overview(tx, act, read))
    return answer(
        UseOverviewAnswer(
            since=found.since,
            counting_since=found.counting_since,
            most_used=[PromptInUse.of(one, found) for one in found.most_used],
            unused=[PromptInUse.of(one, found) for one in found.unused],
        )
    )
