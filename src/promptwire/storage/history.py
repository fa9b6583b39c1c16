"""The change log by what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from promptwire.domain.changes import Entry
from promptwire.storage.rows import to_entry
from promptwire.storage.tables import changes

_MOVED = ("label", "version")
"""The kinds of objects whose entries, where they name a label, move it."""


class History:
    """The past, as the change log tells it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_prompt(self, prompt_id: str, label: str | None, *, before: int | None, limit: int) -> Sequence[Entry]:
        """List what happened to a prompt, its versions and labels, or to one label, newest first, below a `seq`."""
        wanted = select(changes).where(changes.c.prompt_id == prompt_id)
        if label is not None:
            wanted = wanted.where(changes.c.label == label)
        if before is not None:
            wanted = wanted.where(changes.c.seq < before)
        return self._newest(wanted, limit)

    def moves(self, prompt_id: str, label: str, at: datetime | None, limit: int) -> Sequence[Entry]:
        """List the moves of a label up to a time, newest first."""
        wanted = select(changes).where(
            changes.c.prompt_id == prompt_id, changes.c.label == label, changes.c.object_kind.in_(_MOVED)
        )
        if at is not None:
            wanted = wanted.where(changes.c.at <= at)
        return self._newest(wanted, limit)

    def labels(self, prompt_id: str, at: datetime) -> Sequence[str]:
        """List the labels that a prompt had had up to a time, in ascending order by code point."""
        wanted = select(changes.c.label).distinct()
        of_prompt = wanted.where(changes.c.prompt_id == prompt_id, changes.c.label.is_not(None), changes.c.at <= at)
        return sorted(self._connection.execute(of_prompt).scalars())

    def content_hash(self, version_id: str, at: datetime) -> str | None:
        """Give what a version said at a time."""
        wanted = select(changes).where(
            changes.c.object_id == version_id, changes.c.object_kind == "version", changes.c.at <= at
        )
        entry = next(iter(self._newest(wanted, 1)), None)
        found = entry.change.after.get("content_hash") if entry else None
        return str(found) if found else None

    def _newest(self, wanted: Select[Any], limit: int) -> Sequence[Entry]:
        rows = self._connection.execute(wanted.order_by(changes.c.seq.desc()).limit(limit))
        return [to_entry(row) for row in rows]
