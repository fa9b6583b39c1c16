"""Scores in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, insert, select

from promptwire.domain.pages import Cut, Moment
from promptwire.domain.scores import GivenScore, Moments, ScoreKind, Tally
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import AnyRow
from promptwire.storage.upserts import merge, purge
from promptwire.storage.use_tables import score_totals, scores

_TOTAL_KEY = ("version_id", "name", "kind", "category")


class Scores:
    """Scores of versions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, prompt_id: str, ids: Collection[str]) -> Collection[str]:
        """Give those of these ids that scores of a prompt have."""
        statement = select(scores.c.id).where(scores.c.prompt_id == prompt_id, scores.c.id.in_(ids))
        return set(self._connection.scalars(statement))

    def insert(self, given: Sequence[GivenScore]) -> None:
        """Add scores, and count them along; none of their ids may be known."""
        if not given:
            return
        self._connection.execute(insert(scores), [_from_score(one) for one in given])
        totals: dict[tuple[str, ...], Tally] = {}
        for one in given:
            key = (one.version_id, one.name, one.kind.value, one.category)
            totals[key] = _joined(totals.get(key), one)
        rows = [_from_tally(totals[key]) for key in sorted(totals)]
        self._connection.execute(merge(self._connection, score_totals, _TOTAL_KEY, _join), rows)

    def of_version(self, version_id: str, name: str | None, cut: Cut[Moment]) -> Sequence[GivenScore]:
        """List scores of a version, newest first, one more than the limit."""
        statement = select(scores).where(scores.c.version_id == version_id)
        if name is not None:
            statement = statement.where(scores.c.name == name)
        return [_to_score(row) for row in self._connection.execute(newest_first(statement, scores, cut))]

    def tallies(self, version_ids: Collection[str]) -> Mapping[str, list[Tally]]:
        """Give what all scores of versions say, by version."""
        found: dict[str, list[Tally]] = {version_id: [] for version_id in version_ids}
        statement = select(score_totals).where(score_totals.c.version_id.in_(version_ids))
        for row in self._connection.execute(statement):
            found[row.version_id].append(_to_tally(row))
        return found

    def purge(self, before: datetime, limit: int) -> int:
        """Forget single scores older than a time, so many at most; gives how many."""
        return purge(self._connection, scores, scores.c.created_at < before, limit)


def _joined(tally: Tally | None, score: GivenScore) -> Tally:
    moments = Moments.of(score.number)
    return Tally(
        version_id=score.version_id,
        name=score.name,
        kind=score.kind,
        category=score.category,
        moments=tally.moments.join(moments) if tally else moments,
        last_at=score.created_at,
    )


def _join(new: Any) -> dict[str, ColumnElement[Any]]:  # noqa: ANN401 - SQLAlchemy's collection of columns
    """Do what `Moments.join` does, in the row that is there."""
    old = score_totals.c
    apart, count = new.mean - old.mean, old.count + new.count
    return {
        "count": count,
        "mean": old.mean + apart * new.count / count,
        "squares": old.squares + new.squares + apart * apart * old.count * new.count / count,
        "low": case((new.low < old.low, new.low), else_=old.low),
        "high": case((new.high > old.high, new.high), else_=old.high),
        "last_at": case((new.last_at > old.last_at, new.last_at), else_=old.last_at),
    }


def _from_score(score: GivenScore) -> dict[str, Any]:
    return {
        "id": score.id,
        "version_id": score.version_id,
        "prompt_id": score.prompt_id,
        "name": score.name,
        "kind": score.kind.value,
        "number": score.number,
        "category": score.category,
        "trace_id": score.trace_id,
        "comment": score.comment,
        "author_kind": score.author_kind,
        "author_id": score.author_id,
        "created_at": score.created_at,
    }


def _to_score(row: AnyRow) -> GivenScore:
    kind = ScoreKind(row.kind)
    value = (
        row.category if kind is ScoreKind.CATEGORY else bool(row.number) if kind is ScoreKind.BOOLEAN else row.number
    )
    return GivenScore(
        id=row.id,
        version_id=row.version_id,
        prompt_id=row.prompt_id,
        name=row.name,
        value=value,
        trace_id=row.trace_id,
        comment=row.comment,
        author_kind=row.author_kind,
        author_id=row.author_id,
        created_at=row.created_at,
    )


def _from_tally(tally: Tally) -> dict[str, Any]:
    moments = tally.moments
    return {
        "version_id": tally.version_id,
        "name": tally.name,
        "kind": tally.kind.value,
        "category": tally.category,
        "count": moments.count,
        "mean": moments.mean,
        "squares": moments.squares,
        "low": moments.low,
        "high": moments.high,
        "last_at": tally.last_at,
    }


def _to_tally(row: AnyRow) -> Tally:
    moments = Moments(count=int(row._mapping["count"]), mean=row.mean, squares=row.squares, low=row.low, high=row.high)  # noqa: SLF001 - SQLAlchemy's public way
    return Tally(
        version_id=row.version_id,
        name=row.name,
        kind=ScoreKind(row.kind),
        category=row.category,
        moments=moments,
        last_at=row.last_at,
    )
