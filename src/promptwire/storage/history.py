"""The change log by what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from heapq import merge
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, func, select, type_coerce

from promptwire.domain.changes import Change, Entry
from promptwire.domain.replays import KINDS, Told
from promptwire.storage.rows import to_entry
from promptwire.storage.tables import changes

_MOVED = ("label", "version")
"""The kinds of objects whose entries, where they name a label, move it."""

_TOLD = (
    *(changes.c.scope, changes.c.object_kind, changes.c.object_id, changes.c.action),
    *(type_coerce(changes.c.before, Text), type_coerce(changes.c.after, Text)),
)
_IDS = 500
"""Ids in one statement: SQLite's limit of parameters is far, and a plan stays a look-up."""
_PAGE = 10_000
"""Entries that are in memory at once."""


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

    def labels(self, prompt_id: str) -> Sequence[str]:
        """List the labels that a prompt has had, in ascending order by code point; each is a look-up in the index."""
        found, last = [], ""
        first = select(func.min(changes.c.label)).where(changes.c.prompt_id == prompt_id)
        while label := self._connection.execute(first.where(changes.c.label > last)).scalar():
            found.append(label)
            last = label
        return sorted(found)

    def last_of(self, kind: str, object_id: str, at: datetime) -> Change | None:
        """Give the last change of an object up to a time."""
        entries = self._newest(select(changes).where(*_of(kind, (object_id,), at)), 1)
        return entries[0].change if entries else None

    def told_of(self, kind: str, object_ids: Collection[str], at: datetime) -> Sequence[Told]:
        """List what is told of some objects up to a time, in the order of the store."""
        ids = sorted(object_ids)
        rows: list[Row[Any]] = []
        for first in range(0, len(ids), _IDS):
            wanted = select(changes.c.seq, *_TOLD).where(*_of(kind, ids[first : first + _IDS], at))
            rows.extend(self._connection.execute(wanted))
        return [Told._make(row[1:]) for row in sorted(rows)]

    def told_in(self, scopes: Collection[str], at: datetime, kinds: Sequence[str] = KINDS) -> Iterator[Told]:
        """Go through what is told of rights in some scopes up to a time, kind by kind in the order of the store."""
        for kind in kinds:
            rows = (self._told_in(scope, kind, at) for scope in scopes)
            yield from (Told._make(row[1:]) for row in merge(*rows, key=itemgetter(0)))

    def _told_in(self, scope: str, kind: str, at: datetime) -> Iterator[Row[Any]]:
        """Follow the index of one kind in one scope: with several at once a database would sort, or read everything."""
        seq = 0
        told = select(changes.c.seq, *_TOLD).where(changes.c.scope == scope, changes.c.object_kind == kind)
        wanted = told.where(changes.c.at <= at).order_by(changes.c.seq).limit(_PAGE)
        while rows := self._connection.execute(wanted.where(changes.c.seq > seq)).all():
            seq = rows[-1].seq
            yield from rows

    def _newest(self, wanted: Select[Any], limit: int) -> Sequence[Entry]:
        rows = self._connection.execute(wanted.order_by(changes.c.seq.desc()).limit(limit))
        return [to_entry(row) for row in rows]


def _of(kind: str, object_ids: Sequence[str], at: datetime) -> tuple[ColumnElement[bool], ...]:
    return changes.c.object_id.in_(object_ids), changes.c.object_kind == kind, changes.c.at <= at
