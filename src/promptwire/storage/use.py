"""What is used, in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, select

from promptwire.domain.prompts import PromptStatus
from promptwire.domain.use import Counts, Lifetime, Period, PromptUse, Slice, Span, UseKey
from promptwire.storage.rows import AnyRow
from promptwire.storage.tables import prompts
from promptwire.storage.upserts import merge, purge
from promptwire.storage.use_tables import use_counts, use_totals

_KEY = ("prompt_id", "version", "label", "source")
_COUNTED = ("renders", "resolves", "errors")


class Use:
    """How often what was used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counts: Mapping[UseKey, Counts], at: datetime) -> None:
        """Count along, for the hour and the day of a time, and for ever."""
        if not counts:
            return
        rows = [dict(zip(_KEY, key, strict=True)) | _values(counts[key]) for key in sorted(counts)]
        spans = [
            row | {"span": span.value, "start": span.start(at)}
            for row in rows
            for span in (Span.DAY, Span.HOUR)  # as the key sorts them
        ]
        statement = merge(self._connection, use_counts, (*_KEY, "span", "start"), _sums(use_counts.c))
        self._connection.execute(statement, spans)
        times = [row | {"first_at": at, "last_at": at} for row in rows]
        self._connection.execute(merge(self._connection, use_totals, _KEY, _sums(use_totals.c)), times)

    def of_prompt(self, prompt_id: str, period: Period) -> Sequence[Slice]:
        """List what was counted of a prompt in a period, oldest first."""
        start = use_counts.c.start
        statement = select(use_counts).where(
            use_counts.c.prompt_id == prompt_id,
            use_counts.c.span == period.span.value,
            start.between(period.span.start(period.since), period.span.start(period.until)),
        )
        rows = self._connection.execute(statement)
        found = [Slice(hour=row.start, key=_to_key(row), counts=_to_counts(row)) for row in rows]
        return sorted(found, key=lambda one: (one.hour, one.key))

    def lifetimes(self, prompt_id: str) -> Sequence[Lifetime]:
        """List what was ever used of a prompt."""
        rows = self._connection.execute(select(use_totals).where(use_totals.c.prompt_id == prompt_id))
        return [
            Lifetime(key=_to_key(row), counts=_to_counts(row), first_at=row.first_at, last_at=row.last_at)
            for row in rows
        ]

    def most_used(self, team_ids: Collection[str], since: datetime, limit: int) -> Sequence[PromptUse]:
        """List the prompts of teams that were used since the day of a time, the most used first."""
        counted, last = _counted(team_ids, since), _last(team_ids)
        used = counted.c.renders + counted.c.resolves
        statement: Select[Any] = (
            select(*_SHOWN, *(counted.c[name] for name in _COUNTED), last.c.last_at)
            .join(counted, counted.c.prompt_id == prompts.c.id)
            .join(last, last.c.prompt_id == prompts.c.id)
            .order_by(used.desc(), prompts.c.id)
            .limit(limit)
        )
        return [_to_prompt_use(row, _to_counts(row)) for row in self._connection.execute(statement)]

    def unused(self, team_ids: Collection[str], since: datetime, limit: int) -> Sequence[PromptUse]:
        """List the active prompts of teams that are older than a time and were not used since, the longest first."""
        last = _last(team_ids)
        at = last.c.last_at
        statement: Select[Any] = (
            select(*_SHOWN, at)
            .outerjoin(last, last.c.prompt_id == prompts.c.id)
            .where(
                prompts.c.team_id.in_(team_ids),
                prompts.c.status == PromptStatus.ACTIVE.value,
                prompts.c.created_at < since,
                at.is_(None) | (at < since),
            )
            .order_by(at.is_not(None), at, prompts.c.id)
            .limit(limit)
        )
        return [_to_prompt_use(row, Counts()) for row in self._connection.execute(statement)]

    def counting_since(self) -> datetime | None:
        """Give when the store began to count; None where it has not."""
        return self._connection.execute(select(func.min(use_totals.c.first_at))).scalar()

    def purge(self, before: datetime, limit: int) -> int:
        """Forget what was counted by hour and day before a time, so much at most; gives how much."""
        gone = 0
        for span in Span:
            past = (use_counts.c.span == span.value) & (use_counts.c.start < span.start(before))
            gone = max(gone, purge(self._connection, use_counts, past, limit))
        return gone


_SHOWN: Sequence[ColumnElement[Any]] = (prompts.c.id, prompts.c.team_id, prompts.c.slug, prompts.c.name)


def _sums(columns: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's collection of columns
    def joined(new: Any) -> dict[str, ColumnElement[Any]]:  # noqa: ANN401 - the same
        found: dict[str, ColumnElement[Any]] = {name: columns[name] + new[name] for name in _COUNTED}
        if "last_at" in columns:
            found["last_at"] = case((new.last_at > columns.last_at, new.last_at), else_=columns.last_at)
            found["first_at"] = case((new.first_at < columns.first_at, new.first_at), else_=columns.first_at)
        return found

    return joined


def _counted(team_ids: Collection[str], since: datetime) -> Subquery:
    sums = [func.sum(use_counts.c[name]).label(name) for name in _COUNTED]
    return (
        select(use_counts.c.prompt_id, *sums)
        .join(prompts, prompts.c.id == use_counts.c.prompt_id)
        .where(
            prompts.c.team_id.in_(team_ids),
            use_counts.c.span == Span.DAY.value,
            use_counts.c.start >= Span.DAY.start(since),
        )
        .group_by(use_counts.c.prompt_id)
        .subquery()
    )


def _last(team_ids: Collection[str]) -> Subquery:
    return (
        select(use_totals.c.prompt_id, func.max(use_totals.c.last_at).label("last_at"))
        .join(prompts, prompts.c.id == use_totals.c.prompt_id)
        .where(prompts.c.team_id.in_(team_ids))
        .group_by(use_totals.c.prompt_id)
        .subquery()
    )


def _values(counts: Counts) -> dict[str, int]:
    return {"renders": counts.renders, "resolves": counts.resolves, "errors": counts.errors}


def _to_key(row: AnyRow) -> UseKey:
    return UseKey(row.prompt_id, row.version, row.label, row.source)


def _to_counts(row: AnyRow) -> Counts:
    return Counts(renders=int(row.renders), resolves=int(row.resolves), errors=int(row.errors))


def _to_prompt_use(row: AnyRow, counts: Counts) -> PromptUse:
    return PromptUse(
        prompt_id=row.id, team_id=row.team_id, slug=row.slug, name=row.name, counts=counts, last_at=row.last_at
    )
