"""Prompts, versions and labels, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select

from promptwire.domain.versions import Status
from promptwire.ports.delivery import Head, Place, Pointer
from promptwire.storage.rows import AnyRow, to_version
from promptwire.storage.tables import labels, prompts, versions
from promptwire.storage.types import storable
from promptwire.wire.content import Content

Item = TypeVar("Item")
_AT_ONCE = 500
_PLACE = (prompts.c.id, prompts.c.team_id, prompts.c.slug)
_PURGED = versions.c.purged_at.is_not(None)
_HEAD = (
    *(versions.c.id, versions.c.prompt_id, versions.c.number, versions.c.status, versions.c.content_hash),
    _PURGED.label("is_purged"),
)


class Delivery:
    """Prompts, versions and labels, many at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self, slugs: Collection[str], team_ids: Collection[str]) -> Sequence[Place]:
        """List the prompts with these slugs in these teams."""
        found: list[Place] = []
        for some in _batches([slug for slug in slugs if storable(slug)]):
            found += self._places(prompts.c.slug.in_(some) & prompts.c.team_id.in_(team_ids))
        return found

    def places(self, prompt_ids: Collection[str]) -> Sequence[Place]:
        """List the prompts with these ids."""
        return [place for some in _batches(prompt_ids) for place in self._places(prompts.c.id.in_(some))]

    def owned(self, team_ids: Collection[str], after: str, limit: int) -> Sequence[Place]:
        """List prompts of these teams by id, from behind one on, so many at most."""
        statement = select(*_PLACE).where(prompts.c.team_id.in_(team_ids), prompts.c.id > after)
        rows = self._connection.execute(statement.order_by(prompts.c.id).limit(limit))
        return [Place(*row) for row in rows]

    def pointers(self, prompt_ids: Collection[str]) -> Sequence[Pointer]:
        """List the labels of these prompts, in ascending order by code point."""
        found: list[Pointer] = []
        for some in _batches(prompt_ids):
            statement = select(labels.c.prompt_id, labels.c.label, labels.c.version_id)
            found += [Pointer(*row) for row in self._connection.execute(statement.where(labels.c.prompt_id.in_(some)))]
        return sorted(found, key=lambda one: one.label)

    def live(self, prompt_ids: Collection[str]) -> Sequence[Head]:
        """List the live versions of these prompts."""
        live = versions.c.status == Status.LIVE.value
        return [head for some in _batches(prompt_ids) for head in self._heads(versions.c.prompt_id.in_(some) & live)]

    def numbered(self, prompt_ids: Collection[str], numbers: Collection[int]) -> Sequence[Head]:
        """List the versions of these prompts with any of these numbers."""
        found: list[Head] = []
        for some in _batches(prompt_ids):
            for few in _batches(numbers):
                found += self._heads(versions.c.prompt_id.in_(some) & versions.c.number.in_(few))
        return found

    def heads(self, version_ids: Collection[str]) -> Sequence[Head]:
        """List the versions with these ids."""
        return [head for some in _batches(version_ids) for head in self._heads(versions.c.id.in_(some))]

    def purged(self, prompt_ids: Collection[str]) -> Sequence[str]:
        """List the ids of the versions of these prompts whose texts were erased."""
        found: list[str] = []
        for some in _batches(prompt_ids):
            statement = select(versions.c.id).where(versions.c.prompt_id.in_(some), _PURGED)
            found += self._connection.scalars(statement)
        return found

    def contents(self, version_ids: Collection[str]) -> Mapping[str, Content]:
        """Give the contents of these versions by their hash."""
        rows: list[AnyRow] = []
        for some in _batches(version_ids):
            rows += self._connection.execute(select(versions).where(versions.c.id.in_(some)))
        return {row.content_hash: to_version(row, ()).content for row in rows}

    def _places(self, condition: ColumnElement[bool]) -> list[Place]:
        return [Place(*row) for row in self._connection.execute(select(*_PLACE).where(condition))]

    def _heads(self, condition: ColumnElement[bool]) -> list[Head]:
        return [Head(*row) for row in self._connection.execute(select(*_HEAD).where(condition))]


def _batches(items: Collection[Item]) -> Iterator[tuple[Item, ...]]:
    """Give the items in parts that a statement can name; a database may be asked for anything but without end."""
    rest = iter(items)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
