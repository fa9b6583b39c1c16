"""What the use cases ask of the change log about the past of a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.changes import Entry


class HistoryRepository(Protocol):
    """The change log by what it is about, whatever scope it counts in; a time is that of the call."""

    def of_prompt(self, prompt_id: str, label: str | None, *, before: int | None, limit: int) -> Sequence[Entry]:
        """List what happened to a prompt, its versions and labels, or to one label, newest first, below a `seq`."""
        ...

    def moves(self, prompt_id: str, label: str, at: datetime | None, limit: int) -> Sequence[Entry]:
        """List the moves of a label, `live` standing for the status, up to a time, newest first."""
        ...

    def labels(self, prompt_id: str, at: datetime) -> Sequence[str]:
        """List the labels, `live` among them, that a prompt had had up to a time, in ascending order."""
        ...

    def content_hash(self, version_id: str, at: datetime) -> str | None:
        """Give what a version said at a time; None where there was no such version yet."""
        ...
