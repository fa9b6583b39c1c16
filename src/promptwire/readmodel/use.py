"""What was used, in memory, until it is written down: counted where reads are answered, and taken from reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from promptwire.domain.errors import Unavailable
from promptwire.domain.use import API, BY_NUMBER, Batch, Counts, Received, UseKey
from promptwire.domain.versions import LIVE, ByLabel, ByNumber, Reference
from promptwire.readmodel.finding import Found

_MOST_ROWS = 400_000
"""Things that reports in memory say: more come only while the store is away."""
_MOST_COUNTS = 100_000
_Tallies = defaultdict[Found, int]


class Use:
    """Counts what was used since it was last taken; lives on the event loop's thread.

    A read that is answered costs it one look-up in a dictionary and an addition.
    """

    def __init__(self, *, counts: bool = True) -> None:
        self.counts = counts
        """Whether anything is counted."""
        self.renders: _Tallies = defaultdict(int)
        """By what was found for a read, how often it was rendered."""
        self.resolves: _Tallies = defaultdict(int)
        self.errors: _Tallies = defaultdict(int)
        self._named: dict[UseKey, Counts] = {}
        self._reports: list[Received] = []
        self._rows = 0

    def named(self, prompt_id: str, version: int, label: str) -> None:
        """Count that a process asked for a prompt by sync."""
        if self.counts:
            self._named.setdefault(UseKey(prompt_id, version, label, API), Counts()).resolves += 1

    def receive(self, received: Received) -> None:
        """Take a report.

        Raises:
            Unavailable: When there are too many already.
        """
        rows = _rows_of(received)
        if self._rows + rows > _MOST_ROWS:
            raise Unavailable
        self._rows += rows
        self._reports.append(received)

    def take(self, at: datetime) -> Batch | None:
        """Give all there is, and begin anew; None where there is nothing."""
        batch = Batch(at=at, counts=self._named, reports=self._reports)
        self._named, self._reports, self._rows = {}, [], 0
        for name in ("renders", "resolves", "errors"):
            _sum_up(getattr(self, name), name, batch.counts)
            setattr(self, name, defaultdict(int))
        return batch if batch.counts or batch.reports else None

    def put_back(self, batch: Batch) -> None:
        """Take back what could not be written down, as far as there is room."""
        kept: list[Received] = []
        for received in batch.reports:
            if self._rows + _rows_of(received) <= _MOST_ROWS:
                self._rows += _rows_of(received)
                kept.append(received)
        self._reports = [*kept, *self._reports]
        for key, counts in batch.counts.items():
            if key in self._named or len(self._named) < _MOST_COUNTS:
                self._named.setdefault(key, Counts()).add(counts)


def _rows_of(received: Received) -> int:
    return 1 + len(received.report.serves) + len(received.report.uses)


def _sum_up(tallies: Mapping[Found, int], name: str, into: dict[UseKey, Counts]) -> None:
    for found, times in tallies.items():
        version = found.version
        key = UseKey(version.prompt.id, version.version.number, label_of(found.reference), API)
        counts = into.setdefault(key, Counts())
        setattr(counts, name, getattr(counts, name) + times)


def label_of(reference: Reference) -> str:
    """Give the label that a reference is counted under."""
    if isinstance(reference, ByNumber):
        return BY_NUMBER
    return reference.label if isinstance(reference, ByLabel) else LIVE
