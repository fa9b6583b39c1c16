"""Scores of versions on `/v1` (docs/reference/scores.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query, Response

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.pages import Cursor, read_limit, read_moment
from promptwire.api.v1.requests import Body, Segment, SubjectExchange, body_of, takes
from promptwire.api.v1.score_answers import (
    ScoreComparison,
    ScoreComparisonAnswer,
    ScoresTaken,
    VersionScoresAnswer,
)
from promptwire.api.v1.versions import VersionPath
from promptwire.domain.errors import InvalidInput
from promptwire.domain.pages import Cut
from promptwire.domain.texts import check_name, parse_uuid
from promptwire.domain.versions import Reference, parse_path_reference
from promptwire.services import scores
from promptwire.services.calls import Input
from promptwire.services.scores import LIVE_FIRST, AskedScores, Place
from promptwire.wire.scores import MAX_SCORES, Score, ScoreValue, check

router = APIRouter(tags=["Scores"])

PromptPath = Annotated[Segment, Path(alias="id", description="The prompt's UUID, or its slug.")]
TeamSlug = Annotated[str | None, Query(description="The slug or id of the team, where several have such a slug.")]


class ScoreBody(Body):
    """A score: `value` is true or false, a number, or a category.

    `id` is a UUID that no other score of the prompt has: one that comes twice counts once. Made up when not given.
    """

    REQUIRED: ClassVar[tuple[str, ...]] = ("name", "value")

    id: str | None = None
    name: str = ""
    value: bool | int | float | str | None = None
    trace_id: str | None = None
    comment: str | None = None


class ScoresBody(ScoreBody):
    """One score, or up to 500 in `scores`."""

    REQUIRED: ClassVar[tuple[str, ...]] = ()

    scores: list[ScoreBody] | None = None


@router.post(
    "/v1/prompts/{id}/versions/{version}/scores",
    operation_id="giveScores",
    summary="Give Scores",
    response_model=ScoresTaken,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(ScoresBody),
)
async def give_scores(
    exchange: SubjectExchange, prompt: PromptPath, version: VersionPath, team: TeamSlug = None
) -> Response:
    """Take one score of a version, or many; whoever may read it may give them, a key that only reads too."""
    read = await body_of(exchange, ScoresBody, _read)
    place = Place(prompt=prompt, reference=parse_path_reference(version), team=team)
    return await exchange.carry_out(
        lambda tx, act: scores.give(tx, act, place, read),
        lambda taken: answer(ScoresTaken(new=taken.new, known=taken.known)),
    )


def _read(body: ScoresBody) -> Sequence[Score]:
    if body.scores is None:
        return [_score(body, "")]
    if len(body.scores) > MAX_SCORES:
        raise InvalidInput(f"scores may have at most {MAX_SCORES} items", "scores")
    return [_score(one, f"scores[{at}].") for at, one in enumerate(body.scores)]


def _score(body: ScoreBody, field: str) -> Score:
    if body.value is None:
        raise InvalidInput(f"{field}value is required: true or false, a number, or a text", f"{field}value")
    given = str(uuid4()) if body.id is None else parse_uuid(body.id) or body.id
    value: ScoreValue = body.value
    score = Score(id=given, name=body.name, value=value, trace_id=body.trace_id, comment=body.comment)
    try:
        check(score)
    except ValueError as error:
        raise InvalidInput(f"{field}{error}", field.rstrip(".") or None) from None
    return score


async def _asked(
    name: Annotated[str, Query(description="Only single scores of this name.")] = "",
    limit: Annotated[str, Query(description="1 to 200; 50 when not given.")] = "",
    cursor: Cursor = "",
) -> Input[AskedScores]:
    return deferred(
        lambda: AskedScores(
            cut=Cut(limit=read_limit(limit), after=read_moment(cursor) if cursor else None),
            name=check_name(name) if name else None,
        )
    )


@router.get(
    "/v1/prompts/{id}/versions/{version}/scores",
    operation_id="listScores",
    summary="List Scores",
    response_model=VersionScoresAnswer,
    responses=errors(400, 401, 403, 404, 409),
)
async def list_scores(  # noqa: PLR0917 - each is a parameter of the route
    exchange: SubjectExchange,
    prompt: PromptPath,
    version: VersionPath,
    read: Annotated[Input[AskedScores], Depends(_asked)],
    team: TeamSlug = None,
) -> Response:
    """Tell what the scores of a version say together, and list them."""
    place = Place(prompt=prompt, reference=parse_path_reference(version), team=team)
    found = await exchange.read(lambda tx, act: scores.of_version(tx, act, place, read))
    return answer(VersionScoresAnswer.of(found))


@router.get(
    "/v1/prompts/{id}/scores",
    operation_id="compareScores",
    summary="Compare Scores",
    response_model=ScoreComparisonAnswer,
    responses=errors(401, 403, 404, 409),
)
async def compare_scores(  # noqa: PLR0917 - each is a parameter of the route
    exchange: SubjectExchange,
    prompt: PromptPath,
    before: Annotated[str, Query(alias="from", description="A number, a tag or live; live when not given.")] = "",
    after: Annotated[str, Query(alias="to", description="A number, a tag or live; else the newest version.")] = "",
    team: TeamSlug = None,
) -> Response:
    """Put the scores of two versions side by side, so that a promotion can be judged."""
    first: Reference = parse_path_reference(before) if before else LIVE_FIRST
    second = parse_path_reference(after) if after else None
    found = await exchange.read(
        lambda tx, act: scores.compared(tx, act, Place(prompt=prompt, reference=first, team=team), second)
    )
    return answer(
        ScoreComparisonAnswer(
            from_version=found.before.number,
            to_version=found.after.number,
            comparisons=[ScoreComparison.of(one) for one in found.comparisons],
        )
    )
