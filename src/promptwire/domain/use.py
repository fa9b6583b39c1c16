"""The use of prompts: what is counted of it, by which hours, and what of a report counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from promptwire.domain.errors import InvalidInput
from promptwire.domain.organizations import Team
from promptwire.wire.use import UseReport

API = "api"
"""The source of what the server resolved and rendered itself; every other one is a copy in a running process."""
COPIES = ("server", "disk", "bundle", "fallback")
"""Where a running process may have the copy from that it renders."""
MAX_COUNT = 2**53 - 1
BY_NUMBER = ""
"""What stands for the label of what was asked for by its number."""
HOURS_OF_DAY = 24
_MAX_HOURS = 14 * HOURS_OF_DAY
_MAX_DAYS = 400


class Span(Enum):
    """What use is counted by."""

    HOUR = "hour"
    DAY = "day"

    def start(self, at: datetime) -> int:
        """Give the first hour of the span that a time is in, counted from 1970 (UTC)."""
        hour = int(at.timestamp() // 3600)
        return hour if self is Span.HOUR else hour - hour % HOURS_OF_DAY


def time_of(hour: int) -> datetime:
    """Give the moment at which an hour begins."""
    return datetime.fromtimestamp(hour * 3600, UTC)


class UseKey(NamedTuple):
    """What is counted apart."""

    prompt_id: str
    version: int
    """0 for what callers fell back on."""
    label: str
    """What it was asked for as: a label, `live`, or `BY_NUMBER`."""
    source: str
    """`API`, or one of `COPIES`."""


@dataclass(slots=True)
class Counts:
    """How often something was used."""

    renders: int = 0
    resolves: int = 0
    """How often a process asked the server which version it is."""
    errors: int = 0
    """Renders that failed."""

    def add(self, other: Counts) -> None:
        """Count others along."""
        self.renders += other.renders
        self.resolves += other.resolves
        self.errors += other.errors


def total(counts: Iterable[Counts]) -> Counts:
    """Give the sum."""
    found = Counts()
    for one in counts:
        found.add(one)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A report, and who brought it."""

    owner: str
    """Who answers for the process: reports of one owner never touch the processes of another."""
    teams: Mapping[str, Team]
    """By id, those whose prompts its credential sees: nothing it says of others counts."""
    report: UseReport
    at: datetime


@dataclass(slots=True, kw_only=True)
class Batch:
    """What was used since the last batch."""

    at: datetime
    counts: dict[UseKey, Counts] = field(default_factory=dict)
    """What the server itself resolved and rendered."""
    reports: list[Received] = field(default_factory=list)


class Window(NamedTuple):
    """Which reports of a process were counted: the highest number, and those up to 62 below it.

    A report that is sent again may come by another server, and one may overtake the one before it.
    """

    last: int = 0
    seen: int = 0
    """Bit n stands for the report `last` - n."""

    def admit(self, number: int) -> Window | None:
        """Give the window with one report more; None where it was counted, or is too old to tell."""
        ahead = number - self.last
        if ahead >= _WIDTH:
            return Window(number, 1)
        if ahead > 0:
            return Window(number, ((self.seen << ahead) | 1) & _FULL)
        if -ahead >= _WIDTH or self.seen >> -ahead & 1:
            return None
        return Window(self.last, self.seen | 1 << -ahead)


NOTHING_SEEN = Window()
_WIDTH = 63
_FULL = (1 << _WIDTH) - 1  # fits a signed column of 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when to when use is asked for, and by what."""

    since: datetime
    until: datetime
    span: Span

    @classmethod
    def of(cls, since: datetime | None, until: datetime | None, span: Span | None, now: datetime) -> Period:
        """Complete what was asked for: the last seven days, by hours where those are few, else by days.

        Raises:
            InvalidInput: When it ends before it begins, or has more than 14 days of hours or 400 days.
        """
        until = min(until or now, now)
        since = since or until - timedelta(days=7)
        if since > until:
            raise InvalidInput("from must not be after to, nor in the future", "from")
        hours = Span.HOUR.start(until) - Span.HOUR.start(since)
        span = span or (Span.HOUR if hours <= 3 * HOURS_OF_DAY else Span.DAY)
        if span is Span.HOUR and hours > _MAX_HOURS:
            raise InvalidInput("at most 14 days may be asked for by hour: ask by day", "by")
        if hours > _MAX_DAYS * HOURS_OF_DAY:
            raise InvalidInput("at most 400 days may be asked for at once", "from")
        return cls(since=since, until=until, span=span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What was counted in one span."""

    hour: int
    key: UseKey
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """When something was first and last used, as far as is known."""

    key: UseKey
    counts: Counts
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptUse:
    """How much a prompt was used."""

    prompt_id: str
    team_id: str
    slug: str
    name: str
    counts: Counts
    last_at: datetime | None
    """When it was last used, however long ago."""
