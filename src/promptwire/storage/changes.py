"""The change log in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    CompoundSelect,
    Connection,
    ScalarSelect,
    Select,
    Text,
    func,
    insert,
    or_,
    select,
    text,
    type_coerce,
    union_all,
    update,
)

from promptwire.domain.chains import Ends, Head
from promptwire.domain.changes import GENESIS, Change, Entry, Query, Written, chain, timestamp
from promptwire.ports.feed import Position
from promptwire.storage.rows import from_entry, to_entry
from promptwire.storage.tables import change_counter, change_scopes, changes, prompts, store_meta

CHANNEL = "promptwire_changes"
"""What PostgreSQL notifies of every commit to the log; the payload is the newest `seq`."""
_OF_TEAMS = ("team", "team_member", "protected_label", "join_request", "invitation", "prompt")
"""Kinds of objects whose entries may say which team they are about."""
_APPEND_LOCK = 7_067_771  # any number, the same in every server process of a store


class Changes:
    """The change log, for reading, and for appending as the last thing a transaction does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_scope(self, scope: str, query: Query) -> Sequence[Entry]:
        """List entries of a scope, newest first."""
        wanted, order = _filtered(scope, query)
        if query.before is not None:
            last = _seq_up_to(scope, query.before - 1)
            wanted = wanted.where(changes.c.revision < query.before if order is changes.c.revision else order <= last)
        return self._entries(wanted.order_by(order.desc()).limit(query.limit))

    def of_scope_onward(self, scope: str, query: Query) -> Sequence[Entry]:
        """List entries of a scope, oldest first."""
        wanted, order = _filtered(scope, query)
        if query.after:
            last = _seq_up_to(scope, query.after)
            wanted = wanted.where(changes.c.revision > query.after if order is changes.c.revision else order > last)
        return self._entries(wanted.order_by(order).limit(query.limit))

    def _entries(self, statement: Select[Any]) -> Sequence[Entry]:
        return [to_entry(row) for row in self._connection.execute(statement)]

    def ends(self) -> Ends:
        """Give where the store says that the log ends, and where it does."""
        heads = self._connection.execute(select(change_scopes).order_by(change_scopes.c.scope))
        head = self.head()
        return Ends(
            epoch=head.epoch,
            last_seq=head.seq,
            highest_seq=self._connection.execute(select(func.max(changes.c.seq))).scalar() or 0,
            heads={row.scope: Head(row.last_revision, row.head_hash) for row in heads},
        )

    def written(self, after: int, up_to: int, limit: int) -> Sequence[Written]:
        """List entries of all scopes behind one, letter by letter, in the order of the store."""
        wanted = select(*_WRITTEN).where(changes.c.seq > after, changes.c.seq <= up_to)
        rows = self._connection.execute(wanted.order_by(changes.c.seq).limit(limit))
        place = Written._fields.index("at")
        return [Written._make((*row[:place], _time(row[place]), *row[place + 1 :])) for row in rows]

    def head(self) -> Position:
        """Give which store this is, and its newest entry."""
        both = store_meta.join(change_counter, change_counter.c.id == store_meta.c.id)
        row = self._connection.execute(select(store_meta.c.epoch, change_counter.c.last_seq).select_from(both)).one()
        return Position(row.epoch, row.last_seq)

    def renew_epoch(self, epoch: str) -> None:
        """Make this another store to whoever follows the log: all of them start over."""
        self._connection.execute(update(store_meta).values(epoch=epoch))

    def after(self, seq: int, limit: int) -> Sequence[Entry]:
        """List the entries of every scope behind one, oldest first."""
        return self._entries(select(changes).where(changes.c.seq > seq).order_by(changes.c.seq).limit(limit))

    def append(self, new: Sequence[Change]) -> Sequence[Entry]:
        """Append changes under the store-wide lock, so that the order of the log is the order of commits.

        Must be followed by the commit: the lock is held until then (DESIGN section 4), and it nudges other processes.
        """
        if not new:
            return ()
        if self._is_postgres:
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPEND_LOCK})
        seq: int = self._connection.execute(select(change_counter.c.last_seq)).scalar_one()
        entries = [self._append(change, seq + at) for at, change in enumerate(new, 1)]
        self._connection.execute(update(change_counter).values(last_seq=entries[-1].seq))
        if self._is_postgres:
            self._connection.execute(select(func.pg_notify(CHANNEL, str(entries[-1].seq))))
        return entries

    @property
    def _is_postgres(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def _append(self, change: Change, seq: int) -> Entry:
        scope = str(change.scope)
        head = self._connection.execute(select(change_scopes).where(change_scopes.c.scope == scope)).one_or_none()
        entry = chain(
            change,
            seq=seq,
            revision=head.last_revision + 1 if head else 1,
            previous_hash=head.head_hash if head else GENESIS,
        )
        self._connection.execute(insert(changes).values(from_entry(entry)))
        new_head = {"last_revision": entry.revision, "head_hash": entry.hash}
        if head:
            self._connection.execute(update(change_scopes).where(change_scopes.c.scope == scope).values(new_head))
        else:
            self._connection.execute(insert(change_scopes).values(scope=scope, **new_head))
        return entry


def _filtered(scope: str, query: Query) -> tuple[Select[Any], Column[int]]:
    """Give what is asked for of a scope, and what to order it by.

    In a scope the order of `seq` is that of `revision`; the indexes of what happened to a prompt are by `seq`, for they
    are for every scope that it has been in.
    """
    wanted = select(changes).where(changes.c.scope == scope)
    if query.team_id is not None:
        wanted = wanted.where(changes.c.seq.in_(_of_team(scope, query.team_id)))
    if query.label is not None:
        wanted = wanted.where(changes.c.label == query.label)
    if query.prompt_id is not None:
        wanted = wanted.where(changes.c.prompt_id == query.prompt_id)
    is_by_seq = query.prompt_id is not None or query.team_id is not None
    return wanted, changes.c.seq if is_by_seq else changes.c.revision


def _of_team(scope: str, team_id: str) -> CompoundSelect[Any]:
    """Find what happened to the prompts of a team, and what else says that it is about the team."""
    row = changes.alias()
    has = select(prompts.c.id).where(prompts.c.team_id == team_id)
    names_it = f'%"team_id":"{team_id}"%'  # facts are kept as canonical JSON
    says = or_(
        row.c.object_id == team_id,
        type_coerce(row.c.before, Text).like(names_it),
        type_coerce(row.c.after, Text).like(names_it),
    )
    of_itself = select(row.c.seq).where(row.c.scope == scope, row.c.object_kind.in_(_OF_TEAMS), says)
    return union_all(select(row.c.seq).where(row.c.prompt_id.in_(has)), of_itself)


def _seq_up_to(scope: str, revision: int) -> ScalarSelect[int]:
    """Find the last entry of a scope up to a revision."""
    row = changes.alias()
    found = select(row.c.seq).where(row.c.scope == scope, row.c.revision <= revision)
    return found.order_by(row.c.revision.desc()).limit(1).scalar_subquery()


_WRITTEN = tuple(
    type_coerce(changes.c[name], Text) if name in {"at", "before", "after"} else changes.c[name]
    for name in Written._fields
)
"""The columns as the database has them: what was tampered with may be no time and no JSON any more."""


def _time(stored: object) -> str:
    if isinstance(stored, datetime):
        return timestamp(stored)
    return f"{stored}Z".replace(" ", "T", 1)  # SQLite's text, which has six digits and no zone
