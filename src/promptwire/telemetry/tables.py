"""Numbers that the hot path can afford: plain integers in dictionaries, read when somebody exports them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal, TypeAlias

Value: TypeAlias = str | int
Key: TypeAlias = tuple[Value | None, ...]
Kind: TypeAlias = Literal["counter", "updown", "gauge", "histogram"]

MOST = 1_000
"""Series of one metric; whatever comes after them is counted as `other`, once for each outcome."""
OTHER = "other"
BOUNDS: Sequence[float] = (
    *(10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3),
    *(25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1.0, 2.5, 5.0, 10.0),
)
"""Seconds: reads take microseconds, what goes through the database milliseconds, what is stuck seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is measured, and what tells its series apart."""

    name: str
    kind: Kind
    unit: str
    description: str
    attributes: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Those attributes of which there may be any number of values, and which become `other`."""


@dataclass(frozen=True, slots=True)
class Point:
    """One series: its attributes, and its value."""

    attributes: Mapping[str, Value]
    value: float
    """A sum, in a histogram."""
    buckets: Sequence[int] = ()


class Series:
    """Bounded series of one metric."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self._open = frozenset(metric.attributes.index(name) for name in metric.open)

    def attributes(self, key: Key) -> dict[str, Value]:
        """Name the values of a key; what is None is left out."""
        return {name: value for name, value in zip(self.metric.attributes, key, strict=True) if value is not None}

    def narrowed(self, key: Key) -> Key:
        """Give the key that stands for all beyond the bound."""
        return tuple(OTHER if at in self._open and value is not None else value for at, value in enumerate(key))


class Count:
    """How many there were, of one series; whoever counts often keeps it at hand."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0


class Counts(Series):
    """A counter; written on one thread, read on any."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(metric)
        self._series: dict[Key, Count] = {}

    def of(self, key: Key) -> Count:
        """Give the count of a key."""
        count = self._series.get(key)
        if count is None:
            if len(self._series) >= MOST:
                key = self.narrowed(key)
            count = self._series.setdefault(key, Count())
        return count

    def add(self, key: Key) -> None:
        """Count one."""
        self.of(key).value += 1

    def points(self) -> list[Point]:
        """Give every series."""
        return [Point(self.attributes(key), count.value) for key, count in self._series.copy().items()]


class Buckets:
    """How many took how long, of one series; whoever measures often keeps it at hand."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """Take in how long something took."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds


class Durations(Series):
    """A histogram of seconds; written on one thread, or under `lock`."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(metric)
        self._series: dict[Key, Buckets] = {}
        self.lock = Lock()

    def of(self, key: Key) -> Buckets:
        """Give the buckets of a key."""
        buckets = self._series.get(key)
        if buckets is None:
            if len(self._series) >= MOST:
                key = self.narrowed(key)
            buckets = self._series.setdefault(key, Buckets())
        return buckets

    def add(self, key: Key, seconds: float) -> None:
        """Take in how long something took."""
        self.of(key).add(seconds)

    def points(self) -> list[Point]:
        """Give every series."""
        return [Point(self.attributes(key), one.sum, tuple(one.counts)) for key, one in self._series.copy().items()]


class Observed(Series):
    """What is looked at when somebody exports it."""

    def __init__(self, metric: Metric, look: Callable[[], Iterable[tuple[Key, float]]]) -> None:
        super().__init__(metric)
        self._look = look

    def points(self) -> list[Point]:
        """Look."""
        return [Point(self.attributes(key), value) for key, value in self._look()]


Table: TypeAlias = Counts | Durations | Observed
