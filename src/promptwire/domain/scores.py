"""Scores of versions: what is kept of each, and what many of them say together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from promptwire.wire.scores import ScoreValue


class ScoreKind(Enum):
    """What the values of a score are."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    CATEGORY = "category"

    @classmethod
    def of(cls, value: ScoreValue) -> ScoreKind:
        """Give the kind of a value."""
        if isinstance(value, bool):
            return cls.BOOLEAN
        return cls.CATEGORY if isinstance(value, str) else cls.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenScore:
    """A score that was given to a version."""

    id: str
    version_id: str
    prompt_id: str
    name: str
    value: ScoreValue
    trace_id: str | None
    comment: str | None
    author_kind: str
    """`user` or `api_key`."""
    author_id: str
    created_at: datetime

    @property
    def kind(self) -> ScoreKind:
        """Give the kind of its value."""
        return ScoreKind.of(self.value)

    @property
    def number(self) -> float:
        """Give the value as a number: 1 for true, 0 for false, and 1 for a category, which is counted."""
        return 1.0 if isinstance(self.value, str) else float(self.value)

    @property
    def category(self) -> str:
        """Give the category; empty for what is none."""
        return self.value if isinstance(self.value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Count, mean and spread of numbers, which two groups of them can be joined by without the numbers."""

    count: int
    mean: float
    squares: float
    """The sum of the squared distances from the mean."""
    low: float
    high: float

    @classmethod
    def of(cls, number: float) -> Moments:
        """Begin with one number."""
        return cls(count=1, mean=number, squares=0.0, low=number, high=number)

    def join(self, other: Moments) -> Moments:
        """Give those of both groups (Chan, Golub and LeVeque 1979)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        return Moments(
            count=count,
            mean=self.mean + apart * other.count / count,
            squares=self.squares + other.squares + apart * apart * self.count * other.count / count,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
        )

    @property
    def deviation(self) -> float | None:
        """Give the standard deviation of the sample; None for fewer than two."""
        return math.sqrt(max(0.0, self.squares) / (self.count - 1)) if self.count > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the scores of one name and kind, and of one category, say of a version."""

    version_id: str
    name: str
    kind: ScoreKind
    category: str
    moments: Moments
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the scores of one name and kind say of a version."""

    name: str
    kind: ScoreKind
    moments: Moments
    """Of numbers; of truths, with 1 for true, so that the mean is the share of true ones; of categories the count."""
    categories: Mapping[str, int]
    """How often each category was given, the most frequent first."""
    last_at: datetime


def summaries(tallies: list[Tally]) -> list[Summary]:
    """Bring the categories of a name together; by name and kind."""
    found: dict[tuple[str, str], list[Tally]] = {}
    for one in tallies:
        found.setdefault((one.name, one.kind.value), []).append(one)
    return [_summary(found[key]) for key in sorted(found)]


def _summary(tallies: list[Tally]) -> Summary:
    first = tallies[0]
    moments = first.moments
    for one in tallies[1:]:
        moments = moments.join(one.moments)
    by_count = sorted(tallies, key=lambda one: (-one.moments.count, one.category))
    is_category = first.kind is ScoreKind.CATEGORY
    return Summary(
        name=first.name,
        kind=first.kind,
        moments=moments,
        categories={one.category: one.moments.count for one in by_count} if is_category else {},
        last_at=max(one.last_at for one in tallies),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two versions got for the same name and kind."""

    name: str
    kind: ScoreKind
    before: Summary | None
    after: Summary | None

    @property
    def difference(self) -> float | None:
        """Give how much higher the mean of the second is; None for categories, and where one has no scores."""
        if self.kind is ScoreKind.CATEGORY or self.before is None or self.after is None:
            return None
        return self.after.moments.mean - self.before.moments.mean

    @property
    def error(self) -> float | None:
        """Give the standard error of the difference (Welch): within twice of it, the two may well be equal."""
        if self.difference is None or self.before is None or self.after is None:
            return None
        deviations = self.before.moments.deviation, self.after.moments.deviation
        if deviations[0] is None or deviations[1] is None:
            return None
        return math.sqrt(deviations[0] ** 2 / self.before.moments.count + deviations[1] ** 2 / self.after.moments.count)


def compare(before: list[Summary], after: list[Summary]) -> list[Comparison]:
    """Put what two versions got side by side, by name and kind."""
    left, right = ({(one.name, one.kind.value): one for one in side} for side in (before, after))
    return [
        Comparison(name=key[0], kind=ScoreKind(key[1]), before=left.get(key), after=right.get(key))
        for key in sorted(left.keys() | right.keys())
    ]
