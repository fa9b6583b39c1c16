"""Token buckets: how often something may happen, with the time given from outside."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How much may happen at once, and how long it takes until one more may."""

    burst: int
    seconds: float


class Buckets:
    """A bucket for each key; full ones need no memory, and beyond a limit the longest unused is forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float], *, size: int = MAX_BUCKETS) -> None:
        self._rate = rate
        self._clock = clock
        self._size = size
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def wait(self, key: str, tokens: int = 1) -> float:
        """Give the seconds until a bucket holds so many tokens; 0 where it does."""
        return max(0.0, (tokens - self._level(key)) * self._rate.seconds)

    def wait_full(self, key: str) -> float:
        """Give the seconds until a bucket is full; 0 where it is."""
        return self.wait(key, self._rate.burst)

    def take(self, key: str) -> None:
        """Take a token; where there is none, nothing."""
        self._set(key, max(0.0, self._level(key) - 1))

    def give_back(self, key: str) -> None:
        """Put a token back."""
        self._set(key, self._level(key) + 1)

    def fill(self, key: str) -> None:
        """Make a bucket full."""
        self._levels.pop(key, None)

    def _level(self, key: str) -> float:
        level, at = self._levels.get(key, (float(self._rate.burst), 0.0))
        return min(self._rate.burst, level + (self._clock() - at) / self._rate.seconds)

    def _set(self, key: str, level: float) -> None:
        self._levels.pop(key, None)
        if level < self._rate.burst:
            self._levels[key] = (level, self._clock())
        while len(self._levels) > self._size:
            self._levels.popitem(last=False)
