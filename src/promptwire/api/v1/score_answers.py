"""What is answered about scores on `/v1` (docs/reference/scores.md)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from promptwire.api.v1.answers import Time, Uuid
from promptwire.api.v1.pages import encoded
from promptwire.domain.scores import Comparison, GivenScore, Moments, ScoreKind, Summary
from promptwire.services.scores import ScoresOfVersion

_MOST_CATEGORIES = 100


class ScoresTaken(BaseModel):
    """How many scores were new, and how many had come before under the same id, and so counted once."""

    new: int
    known: int


class CategoryShare(BaseModel):
    """How often a category was given, and which share of all that is; at most 100 are listed."""

    category: str
    count: int
    share: float


class ScoreSummary(BaseModel):
    """What the scores of one name and kind say of a version.

    Of numbers: their mean, standard deviation (null for fewer than two), lowest and highest. Of truths the same with 1
    for true, so that the mean is the share of true ones. Of categories the share of each, the most frequent first.
    """

    name: str
    kind: str
    count: int
    mean: float | None
    deviation: float | None
    low: float | None
    high: float | None
    categories: list[CategoryShare]
    last_at: Time

    @classmethod
    def of(cls, summary: Summary) -> ScoreSummary:
        """Write a summary."""
        return cls(
            name=summary.name,
            kind=summary.kind.value,
            **_numbers(summary.kind, summary.moments),
            categories=[
                CategoryShare(category=category, count=count, share=count / summary.moments.count)
                for category, count in list(summary.categories.items())[:_MOST_CATEGORIES]
            ],
            last_at=summary.last_at,
        )


def _numbers(kind: ScoreKind, moments: Moments) -> dict[str, Any]:
    numeric = kind is not ScoreKind.CATEGORY
    return {
        "count": moments.count,
        "mean": moments.mean if numeric else None,
        "deviation": moments.deviation if numeric else None,
        "low": moments.low if numeric else None,
        "high": moments.high if numeric else None,
    }


class OneScore(BaseModel):
    """A score that was given; who gave it is a person or an API key. A key that only reads sees no comments, traces."""

    id: Uuid
    name: str
    value: bool | float | str
    trace_id: str | None
    comment: str | None
    author_kind: str
    author_id: str
    created_at: Time

    @classmethod
    def of(cls, score: GivenScore) -> OneScore:
        """Write a score."""
        return cls(
            id=score.id,
            name=score.name,
            value=score.value,
            trace_id=score.trace_id,
            comment=score.comment,
            author_kind=score.author_kind,
            author_id=score.author_id,
            created_at=score.created_at,
        )


class VersionScoresAnswer(BaseModel):
    """What the scores of a version say together, and single ones, newest first."""

    version: int
    version_id: Uuid
    summaries: list[ScoreSummary]
    scores: list[OneScore]
    next_cursor: str | None

    @classmethod
    def of(cls, found: ScoresOfVersion) -> VersionScoresAnswer:
        """Write the scores of a version."""
        after = found.page.next_after
        return cls(
            version=found.version.number,
            version_id=found.version.id,
            summaries=[ScoreSummary.of(one) for one in found.summaries],
            scores=[OneScore.of(one) for one in found.page.items],
            next_cursor=None if after is None else encoded(after),
        )


class ScoreComparison(BaseModel):
    """What two versions got for the same name: `difference` is how much higher the mean of the second is.

    `error` is the standard error of that: within twice of it, the two may well be equal. Both are null for categories,
    and where one of them has too few scores.
    """

    name: str
    kind: str
    before: ScoreSummary | None
    after: ScoreSummary | None
    difference: float | None
    error: float | None

    @classmethod
    def of(cls, one: Comparison) -> ScoreComparison:
        """Write a comparison."""
        return cls(
            name=one.name,
            kind=one.kind.value,
            before=ScoreSummary.of(one.before) if one.before else None,
            after=ScoreSummary.of(one.after) if one.after else None,
            difference=one.difference,
            error=one.error,
        )


class ScoreComparisonAnswer(BaseModel):
    """The scores of two versions side by side."""

    from_version: int
    to_version: int
    comparisons: list[ScoreComparison]
