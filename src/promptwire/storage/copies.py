"""Copying a store, row by row, into an empty one on another database: the same rows, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, Select, Table, Text, column, delete, func, insert, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import TableClause

from promptwire.domain.errors import InvalidInput
from promptwire.storage.columns import metadata
from promptwire.storage.engines import Engines
from promptwire.storage.failures import is_outage, reason
from promptwire.storage.migrate import check_is_current, is_blank, migrate
from promptwire.storage.snapshots import Progress
from promptwire.storage.tables import change_counter, store_meta
from promptwire.storage.transaction import SqlTransaction
from promptwire.storage.types import Json

_ROWS = 200
"""Rows that are in memory at once; one may have a text of a mebibyte."""
_MADE_WITH_THE_TABLES = frozenset({store_meta.name, change_counter.name})
_MODULUS = 1 << 256

Check: TypeAlias = Callable[[SqlTransaction], None]


def copy_store(source: Engines, target: Engines, *, progress: Progress, check: Check) -> None:
    """Copy all that a store holds at one moment into an empty one, and compare both, row by row.

    `check` is called in the transaction that fills the target, with all of it there; what it raises undoes it.

    Raises:
        InvalidInput: When the source has other tables than this release, the target is not empty, one of them cannot be
            worked with, or the rows do not arrive as they are.
    """
    check_is_current(source)
    make_empty(target)
    with _naming(source, target), _reading(source) as giving, _writing(target) as taking:
        _Copying(giving, taking, progress).run()
        check(SqlTransaction(taking))


def make_empty(target: Engines) -> None:
    """Make the tables of this release in a database where nothing is; one with empty tables will do.

    Raises:
        InvalidInput: When something is there, or it cannot be worked with.
    """
    if is_blank(target):
        migrate(target)
        return
    check_is_current(target)
    with _naming(target, target), target.reader.connect() as connection, connection.begin():
        is_empty = not any(_count(connection, one) for one in _tables() if one.name not in _MADE_WITH_THE_TABLES)
    if not is_empty:
        raise InvalidInput(
            f"the database {target.name} is not empty: give one on which no server has been started", "to"
        )


@contextmanager
def _naming(source: Engines, target: Engines) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not is_outage(error):
            raise
        raise InvalidInput(f"{source.name} could not be copied to {target.name}: {reason(error)}", "to") from error


@contextmanager
def _reading(engines: Engines) -> Iterator[Connection]:
    with engines.reader.connect() as connection, connection.begin():
        _take_time(connection)
        yield connection


@contextmanager
def _writing(engines: Engines) -> Iterator[Connection]:
    with engines.writer.connect() as connection, connection.begin():
        _take_time(connection)
        yield connection


def _take_time(connection: Connection) -> None:
    """Let statements take as long as they do: nobody waits for an answer."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))


def _tables() -> list[Table]:
    """Give every table, none before those that its rows belong to."""
    return metadata.sorted_tables


def _count(connection: Connection, one: Table) -> int:
    return connection.execute(select(func.count()).select_from(one)).scalar_one()


def _as_written(one: Table) -> TableClause:
    """Give a table whose JSON is the very text that is stored, which is what hashes were made of."""
    return table(one.name, *(column(each.name, _written_type(each)) for each in one.columns))


def _written_type(each: Column[Any]) -> Any:  # noqa: ANN401 - any type of SQLAlchemy's
    return Text() if isinstance(each.type, Json) else each.type


@dataclass(slots=True)
class _Sum:
    """What rows come to, in whichever order they are read."""

    rows: int = 0
    total: int = 0

    def add(self, row: tuple[object, ...]) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(sha256(repr(row).encode()).digest(), "big")) % _MODULUS


class _Copying:
    """One copy, from a connection to another."""

    def __init__(self, giving: Connection, taking: Connection, progress: Progress) -> None:
        self._giving = giving
        self._taking = taking
        self._progress = progress
        self._done = 0
        self._of = 0

    def run(self) -> None:
        """Copy every table, then read what has arrived."""
        for one in _tables():
            self._of += 2 * _count(self._giving, one)
        for name in _MADE_WITH_THE_TABLES:
            self._taking.execute(delete(metadata.tables[name]))
        sums = {one.name: self._copy(_as_written(one)) for one in _tables()}
        for one in _tables():
            arrived = self._sum(_as_written(one))
            if arrived != sums[one.name]:
                what = f"of {sums[one.name].rows} rows of {one.name}, {arrived.rows} have arrived, or not as they are"
                raise InvalidInput(f"{what}: nothing was copied", "to")

    def _copy(self, one: TableClause) -> _Sum:
        given = _Sum()
        for rows in self._pages(self._giving, select(one)):
            for row in rows:
                given.add(row)
            names = [each.name for each in one.columns]
            self._taking.execute(insert(one), [dict(zip(names, row, strict=True)) for row in rows])
        return given

    def _sum(self, one: TableClause) -> _Sum:
        arrived = _Sum()
        for rows in self._pages(self._taking, select(one)):
            for row in rows:
                arrived.add(row)
        return arrived

    def _pages(self, connection: Connection, statement: Select[Any]) -> Iterator[list[tuple[object, ...]]]:
        streamed = connection.execute(statement, execution_options={"yield_per": _ROWS})
        for page in streamed.partitions(_ROWS):
            yield [tuple(row) for row in page]
            self._done += len(page)
            self._progress(self._done, self._of)
