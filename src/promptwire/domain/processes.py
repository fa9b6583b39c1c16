"""Running processes as they report themselves, what each serves, and whether that is what it should."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from promptwire.domain.use import BY_NUMBER, NOTHING_SEEN, Window
from promptwire.wire.use import Served

MISSED = 3
"""Reports that a process may miss until it counts as gone."""
KEPT_FOR = timedelta(days=7)
"""How long it is remembered from then on, for the count of distinct processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that reports what it uses."""

    id: str
    service: str
    instance: str
    sdk: str
    first_at: datetime
    last_at: datetime
    """When it last reported."""
    confirmed_at: datetime | None
    """When a server last confirmed what it serves."""
    ended_at: datetime | None = None
    """When it said that it ends."""
    window: Window = NOTHING_SEEN
    serves_hash: str = ""
    """Of all that it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """That a process serves a version, from when to when."""

    process_id: str
    prompt_id: str
    version: int
    label: str
    """What it asks for: a label, `live`, or `BY_NUMBER`."""
    source: str
    since: datetime
    until: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Give what is unique about it."""
        return (self.process_id, self.prompt_id, self.label, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Where a label, or `live`, leads now, and since when."""

    version: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A process, what it serves of a prompt, and what it should."""

    process: Process
    serving: Serving
    aim: Aim | None
    """None where its label leads nowhere now."""

    @property
    def is_converged(self) -> bool:
        """Tell whether it serves what its label leads to now; what is asked for by number always is."""
        return self.serving.label == BY_NUMBER or (self.aim is not None and self.aim.version == self.serving.version)


def process_id(owner: str, given: str) -> str:
    """Give the id under which a process is kept: nobody can speak for the process of another owner."""
    return sha256(f"{owner}\n{given}".encode()).hexdigest()[:32]


def hash_of(serves: Iterable[Served]) -> str:
    """Give a hash of what a process says that it serves."""
    rows = sorted((one.prompt_id, one.label or BY_NUMBER, one.version, one.source) for one in serves)
    return sha256(repr(rows).encode("utf-8", errors="surrogatepass")).hexdigest()


def silent_since(now: datetime, report_every: timedelta) -> datetime:
    """Give the time since when a process must have reported, not to count as gone."""
    return now - MISSED * report_every


def by_name(standings: Iterable[Standing]) -> Mapping[str, tuple[int, int]]:
    """Count the processes that ask for each label, and those of them that are where they should be."""
    found: dict[str, tuple[int, int]] = {}
    for one in standings:
        if one.serving.label != BY_NUMBER:
            processes, converged = found.get(one.serving.label, (0, 0))
            found[one.serving.label] = (processes + 1, converged + one.is_converged)
    return found
