"""Lists of prompts by what is in them, in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, collate, exists, func, or_, select

from promptwire.domain.pages import Cut, Moment, Named, moment_of
from promptwire.domain.prompts import PromptStatus
from promptwire.domain.search import SEPARATOR, AnyPlace, Choices, Hit, Newest, Overview, Sort, Wanted, folders
from promptwire.domain.versions import LIVE, Status
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import AnyRow, to_prompt
from promptwire.storage.search_tables import search_names, search_texts
from promptwire.storage.tables import changes, labels, prompts, versions
from promptwire.storage.types import storable
from promptwire.wire.content import Content

_IDS = 500
"""Ids in one statement: SQLite's limit of parameters is far, and a plan stays a look-up."""
_NAME = func.coalesce(search_names.c.name_key, "")


class Search:
    """Lists of prompts by what is in them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, team_id: str, wanted: Wanted) -> Sequence[Hit]:
        """List the prompts of a team that are wanted, in their order; of a page, one more than its limit."""
        if not all(map(storable, (*wanted.words, wanted.label or "", wanted.folder or ""))):
            return ()
        statement = select(prompts).where(prompts.c.team_id == team_id, *self._conditions(wanted))
        if wanted.words or wanted.sort is Sort.NAME:
            statement = statement.outerjoin(search_names, search_names.c.prompt_id == prompts.c.id)
        order = {Sort.CREATED: self._by_creation, Sort.CHANGED: self._by_change, Sort.NAME: self._by_name}
        return order[wanted.sort](statement, wanted.cut)

    def overviews(self, prompt_ids: Collection[str]) -> Mapping[str, Overview]:
        """Give what a list says of each of these prompts."""
        found: dict[str, dict[str, Any]] = {one: {"labels": []} for one in prompt_ids}
        for some in _in_parts(prompt_ids):
            for row in self._connection.execute(_newest(some)):
                newest = Newest(
                    number=row.number,
                    status=Status(row.status),
                    author=(row.author_kind, row.author_id),
                    created_at=row.created_at,
                )
                found[row.prompt_id] |= {"versions": row.count, "newest": newest}
            for row in self._connection.execute(_live(some)):
                found[row.prompt_id]["live"] = row.number
            for row in self._connection.execute(_labels(some)):
                found[row.prompt_id]["labels"].append((row.label, row.number))
            for row in self._connection.execute(_changed(some)):
                found[row.prompt_id]["changed_at"] = row.at
        return {one: Overview(**{**said, "labels": sorted(said["labels"])}) for one, said in found.items()}

    def saying(self, prompt_ids: Collection[str], words: Sequence[str]) -> Mapping[str, tuple[int, Content]]:
        """Give, of these prompts, the newest version by which each was found: its number, and what it says."""
        found: dict[str, tuple[int, Content]] = {}
        for some in _in_parts(prompt_ids):
            newest = (
                select(search_texts.c.prompt_id, func.max(search_texts.c.number).label("number"))
                .join(search_names, search_names.c.prompt_id == search_texts.c.prompt_id)
                .where(search_texts.c.prompt_id.in_(some), self._divided(words), ~self._named(words))
                .group_by(search_texts.c.prompt_id)
                .subquery()
            )
            of = (versions.c.prompt_id == newest.c.prompt_id) & (versions.c.number == newest.c.number)
            for row in self._connection.execute(select(versions).join(newest, of)):
                said = Content(kind=row.kind, template=row.template, messages=row.messages)
                found[row.prompt_id] = (row.number, said)
        return found

    def choices(self, team_id: str, most: int) -> Choices:
        """Give what a team's prompts can be narrowed down to, so many labels and authors at most."""
        in_use = (prompts.c.team_id == team_id) & (prompts.c.status == PromptStatus.ACTIVE.value)
        every = select(prompts.c.name, prompts.c.status).where(prompts.c.team_id == team_id)
        rows = self._connection.execute(every).all()
        names = [row.name for row in rows if row.status == PromptStatus.ACTIVE.value]
        how_many = func.count(prompts.c.id.distinct())
        led = select(labels.c.label, how_many).join(prompts, prompts.c.id == labels.c.prompt_id)
        live = select(how_many).join(versions, versions.c.prompt_id == prompts.c.id)
        wrote = (versions.c.author_kind, versions.c.author_id)
        by = select(*wrote, how_many).join(prompts, prompts.c.id == versions.c.prompt_id).where(in_use)
        found = [tuple(row) for row in self._most(led.where(in_use).group_by(labels.c.label), how_many, most)]
        lives = self._connection.execute(live.where(in_use, versions.c.status == Status.LIVE.value)).scalar_one()
        authors = [tuple(row) for row in self._most(by.group_by(*wrote), how_many, most)]
        return Choices(
            active=len(names),
            archived=len(rows) - len(names),
            folders=folders(names),
            labels=sorted([*found, *([(LIVE, lives)] if lives else [])]),
            authors=[((kind, author_id), count) for kind, author_id, count in authors],
        )

    def _most(self, statement: Select[Any], how_many: ColumnElement[int], most: int) -> Sequence[AnyRow]:
        return self._connection.execute(statement.order_by(how_many.desc()).limit(most)).all()

    def _conditions(self, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
        if wanted.status:
            yield prompts.c.status == wanted.status.value
        if wanted.version_status:
            yield _has_version(versions.c.status == wanted.version_status.value)
        if wanted.label == LIVE:
            yield _has_version(versions.c.status == Status.LIVE.value)
        elif wanted.label:
            yield exists().where(labels.c.prompt_id == prompts.c.id, labels.c.label == wanted.label)
        if wanted.author_id:
            wrote = _has_version(versions.c.author_id == wanted.author_id)
            yield or_(prompts.c.created_by == wanted.author_id, wrote)
        if wanted.folder:
            beginning = f"{wanted.folder}{SEPARATOR}"
            yield func.substr(prompts.c.name, 1, len(beginning)) == beginning
        if wanted.words:
            says = exists().where(search_texts.c.prompt_id == prompts.c.id, self._divided(wanted.words))
            yield or_(self._named(wanted.words), says)

    def _named(self, words: Sequence[str]) -> ColumnElement[bool]:
        return and_(*(self._has(search_names.c.words, word) for word in words))

    def _divided(self, words: Sequence[str]) -> ColumnElement[bool]:
        texts, names = search_texts.c.words, search_names.c.words
        return and_(*(or_(self._has(names, word), self._has(texts, word)) for word in words))

    def _has(self, text: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """Look for a word as it is written: both databases do that alike, while LIKE and cases differ."""
        at = func.strpos if self._connection.dialect.name == "postgresql" else func.instr
        return at(text, word) > 0

    def _by_creation(self, statement: Select[Any], cut: Cut[AnyPlace] | None) -> Sequence[Hit]:
        after = cut.after if cut and isinstance(cut.after, Moment) else None
        page = Cut(limit=cut.limit, after=after) if cut else None
        rows = self._connection.execute(newest_first(statement, prompts, page))
        return [Hit(prompt, moment_of(prompt)) for prompt in map(to_prompt, rows)]

    def _by_change(self, statement: Select[Any], cut: Cut[AnyPlace] | None) -> Sequence[Hit]:
        last = select(func.max(changes.c.seq)).where(changes.c.prompt_id == prompts.c.id).scalar_subquery()
        seq = func.coalesce(last, 0)
        if cut and isinstance(cut.after, int):
            statement = statement.where(seq < cut.after)
        page = statement.add_columns(seq.label("seq")).order_by(seq.desc(), prompts.c.id)
        rows = self._connection.execute(page.limit(cut.limit + 1) if cut else page)
        return [Hit(to_prompt(row), row.seq) for row in rows]

    def _by_name(self, statement: Select[Any], cut: Cut[AnyPlace] | None) -> Sequence[Hit]:
        """Sort by code points, as SQLite does; PostgreSQL would by the rules of some language."""
        key: ColumnElement[str] = collate(_NAME, "C") if self._connection.dialect.name == "postgresql" else _NAME
        if cut and isinstance(cut.after, Named):
            same = and_(key == cut.after.key, prompts.c.id > cut.after.id)
            statement = statement.where(or_(key > cut.after.key, same))
        page = statement.add_columns(_NAME.label("name_key")).order_by(key, prompts.c.id)
        rows = self._connection.execute(page.limit(cut.limit + 1) if cut else page)
        return [Hit(to_prompt(row), Named(row.name_key, row.id)) for row in rows]


def _in_parts(prompt_ids: Collection[str]) -> Iterator[list[str]]:
    ids = list(prompt_ids)
    return (ids[first : first + _IDS] for first in range(0, len(ids), _IDS))


def _has_version(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(versions.c.prompt_id == prompts.c.id, condition)


def _newest(some: Iterable[str]) -> Select[Any]:
    """Give the version with the highest number of each of some prompts, and how many versions it has."""
    counted = (
        select(versions.c.prompt_id, func.max(versions.c.number).label("number"), func.count().label("count"))
        .where(versions.c.prompt_id.in_(some))
        .group_by(versions.c.prompt_id)
        .subquery()
    )
    of = (versions.c.prompt_id == counted.c.prompt_id) & (versions.c.number == counted.c.number)
    said = ("prompt_id", "number", "status", "author_kind", "author_id", "created_at")
    return select(*(versions.c[name] for name in said), counted.c.count).join(counted, of)


def _live(some: Iterable[str]) -> Select[Any]:
    is_live = versions.c.status == Status.LIVE.value
    return select(versions.c.prompt_id, versions.c.number).where(versions.c.prompt_id.in_(some), is_live)


def _labels(some: Iterable[str]) -> Select[Any]:
    led = select(labels.c.prompt_id, labels.c.label, versions.c.number)
    return led.join(versions, versions.c.id == labels.c.version_id).where(labels.c.prompt_id.in_(some))


def _changed(some: Iterable[str]) -> Select[Any]:
    last = (
        select(func.max(changes.c.seq).label("seq"))
        .where(changes.c.prompt_id.in_(some))
        .group_by(changes.c.prompt_id)
        .subquery()
    )
    return select(changes.c.prompt_id, changes.c.at).join(last, last.c.seq == changes.c.seq)
