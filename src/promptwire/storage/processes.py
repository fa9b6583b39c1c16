"""Running processes, and what they serve, in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal, select, update

from promptwire.domain.processes import Aim, Process, Serving
from promptwire.domain.use import Period, Window
from promptwire.domain.versions import LIVE, Status
from promptwire.storage.rows import AnyRow
from promptwire.storage.tables import labels, prompts, versions
from promptwire.storage.upserts import merge, purge
from promptwire.storage.use_tables import processes, servings

_AT_ONCE = 500
_LIVE = versions.c.status == Status.LIVE.value
_SERVING_KEY = ("process_id", "prompt_id", "label", "version")


class Processes:
    """Running processes, and what they serve."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, given: Sequence[Process]) -> Mapping[str, Process]:
        """Add those that are not known, and give all of them as they are known, by id, for this transaction alone."""
        ordered = sorted(given, key=lambda one: one.id)
        found: dict[str, Process] = {}
        for some in _batches(ordered):
            self._connection.execute(merge(self._connection, processes, ("id",)), [_from_process(one) for one in some])
            ids = [one.id for one in some]
            statement = select(processes).where(processes.c.id.in_(ids)).order_by(processes.c.id).with_for_update()
            found |= {row.id: to_process(row) for row in self._connection.execute(statement)}
        return found

    def put(self, given: Sequence[Process]) -> None:
        """Write what is known of processes that are there."""
        if not given:
            return
        names = [column.name for column in processes.c if column.name not in {"id", "first_at"}]
        statement = update(processes).where(processes.c.id == bindparam("of"))
        rows = [_from_process(one) for one in sorted(given, key=lambda one: one.id)]
        self._connection.execute(
            statement.values({name: bindparam(f"new_{name}") for name in names}),
            [{"of": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows],
        )

    def serves(self, process_ids: Collection[str]) -> Sequence[Serving]:
        """List what processes serve, and have served."""
        found: list[Serving] = []
        for some in _batches(sorted(process_ids)):
            rows = self._connection.execute(select(servings).where(servings.c.process_id.in_(some)))
            found += [_to_serving(row) for row in rows]
        return found

    def put_serving(self, given: Sequence[Serving]) -> None:
        """Write what processes serve, or have served."""
        if not given:
            return
        statement = merge(
            self._connection,
            servings,
            _SERVING_KEY,
            lambda new: {"source": new.source, "since": new.since, "until": new.until},
        )
        self._connection.execute(statement, [_from_serving(one) for one in sorted(given, key=lambda one: one.key)])

    def of_prompt(self, prompt_id: str, since: datetime) -> Sequence[tuple[Process, Serving]]:
        """List the processes that serve a prompt now, and have reported since a time."""
        return self._alive(_both().where(servings.c.prompt_id == prompt_id), since)

    def of_teams(self, team_ids: Collection[str], since: datetime) -> Sequence[tuple[Process, Serving]]:
        """List those that serve any prompt of teams."""
        of_teams = _both().join(prompts, prompts.c.id == servings.c.prompt_id).where(prompts.c.team_id.in_(team_ids))
        return self._alive(of_teams, since)

    def served(self, prompt_id: str, period: Period) -> Sequence[Serving]:
        """List what processes, gone ones too, have served of a prompt in a period."""
        still = servings.c.until.is_(None) & (processes.c.last_at >= period.since)
        statement = _both().where(
            servings.c.prompt_id == prompt_id,
            servings.c.since <= period.until,
            still | (servings.c.until >= period.since),
        )
        return [_to_serving(row, "s_") for row in self._connection.execute(statement)]

    def aims(self, prompt_ids: Collection[str]) -> Mapping[tuple[str, str], Aim]:
        """Give where every label of prompts, and `live`, leads now, by prompt and label."""
        found: dict[tuple[str, str], Aim] = {}
        version = versions.c.number.label("number")
        labelled = select(labels.c.prompt_id, labels.c.label, version, labels.c.set_at.label("since"))
        labelled = labelled.join(versions, versions.c.id == labels.c.version_id)
        live = select(
            versions.c.prompt_id, literal(LIVE).label("label"), version, versions.c.published_at.label("since")
        )
        for some in _batches(prompt_ids):
            for statement, of in ((labelled, labels.c.prompt_id), (live.where(_LIVE), versions.c.prompt_id)):
                rows = self._connection.execute(statement.where(of.in_(some)))
                found |= {(row.prompt_id, row.label): Aim(version=row.number, since=row.since) for row in rows}
        return found

    def purge(self, before: datetime, limit: int) -> int:
        """Forget processes that have not reported since a time, so many at most; gives how many."""
        return purge(self._connection, processes, processes.c.last_at < before, limit)

    def _alive(self, statement: Select[Any], since: datetime) -> Sequence[tuple[Process, Serving]]:
        alive = statement.where(
            servings.c.until.is_(None), processes.c.ended_at.is_(None), processes.c.last_at >= since
        )
        return [(to_process(row), _to_serving(row, "s_")) for row in self._connection.execute(alive)]


def _both() -> Select[Any]:
    columns = [column.label(f"s_{column.name}") for column in servings.c]
    return select(processes, *columns).join(servings, servings.c.process_id == processes.c.id)


def _batches(items: Collection[Any]) -> Iterator[Sequence[Any]]:
    items = list(items)
    for first in range(0, len(items), _AT_ONCE):
        yield items[first : first + _AT_ONCE]


def _from_process(process: Process) -> dict[str, Any]:
    return {
        "id": process.id,
        "service": process.service,
        "instance": process.instance,
        "sdk": process.sdk,
        "first_at": process.first_at,
        "last_at": process.last_at,
        "confirmed_at": process.confirmed_at,
        "ended_at": process.ended_at,
        "last_report": process.window.last,
        "seen_reports": process.window.seen,
        "serves_hash": process.serves_hash,
    }


def to_process(row: AnyRow) -> Process:
    """Read a process."""
    return Process(
        id=row.id,
        service=row.service,
        instance=row.instance,
        sdk=row.sdk,
        first_at=row.first_at,
        last_at=row.last_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        window=Window(row.last_report, row.seen_reports),
        serves_hash=row.serves_hash,
    )


def _from_serving(serving: Serving) -> dict[str, Any]:
    return {name: getattr(serving, name) for name in (*_SERVING_KEY, "source", "since", "until")}


def _to_serving(row: AnyRow, prefix: str = "") -> Serving:
    values = row._mapping  # noqa: SLF001 - what SQLAlchemy calls its public way to the columns
    return Serving(**{name: values[prefix + name] for name in (*_SERVING_KEY, "source", "since", "until")})
