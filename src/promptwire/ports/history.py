"""What the use cases ask of the change log about the past of a prompt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.changes import Change, Entry
from promptwire.domain.replays import KINDS, Told


class HistoryRepository(Protocol):
    """The change log by what it is about, whatever scope it counts in; a time is that of the call."""

    def of_prompt(self, prompt_id: str, label: str | None, *, before: int | None, limit: int) -> Sequence[Entry]:
        """List what happened to a prompt, its versions and labels, or to one label, newest first, below a `seq`."""
        ...

    def moves(self, prompt_id: str, label: str, at: datetime | None, limit: int) -> Sequence[Entry]:
        """List the moves of a label, `live` standing for the status, up to a time, newest first."""
        ...

    def labels(self, prompt_id: str) -> Sequence[str]:
        """List the labels, `live` among them, that a prompt has ever had, in ascending order by code point."""
        ...

    def last_of(self, kind: str, object_id: str, at: datetime) -> Change | None:
        """Give the last change of an object up to a time."""
        ...

    def told_of(self, kind: str, object_ids: Collection[str], at: datetime) -> Sequence[Told]:
        """List what is told of some objects up to a time, in the order of the store."""
        ...

    def told_in(self, scopes: Collection[str], at: datetime, kinds: Sequence[str] = KINDS) -> Iterator[Told]:
        """Go through what is told of rights in some scopes up to a time, kind by kind in the order of the store."""
        ...
