"""What the operator does with a whole store: keep a copy in a file, restore it, and take it to another database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from promptwire.domain.errors import InvalidInput
from promptwire.server.local import make_directory, operator, store_as_it_is
from promptwire.services import evidence, restoring
from promptwire.services.evidence import Verdict
from promptwire.settings import ServerSettings
from promptwire.storage.copies import copy_store, make_empty
from promptwire.storage.migrate import is_blank, migrate
from promptwire.storage.snapshots import appearing, copy_resting, copy_running, damage, rest
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction

Result = TypeVar("Result")
Watcher: TypeAlias = Callable[[str], Callable[[int, int], None]]
"""Is told what begins, and gives what is told how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy of a store in a file."""

    size: int
    """Bytes."""
    verdict: Verdict


def back_up(settings: ServerSettings, file: Path, watch: Watcher) -> Kept:
    """Copy a running store, as it is at one moment, to a new file, and check the copy.

    The file is a SQLite store, whichever database the store is on.

    Raises:
        InvalidInput: When there is no store, the file is there already or cannot be written, or the copy is damaged.
    """
    with closing(SqlStore.open(settings.store)) as store:
        if is_blank(store.engines):
            raise InvalidInput(f"there is no store at {store.engines.name}: name its --data or --database", "data")
        with appearing(file) as made:
            if store.engines.is_sqlite:
                copy_running(store.engines, made, watch("Copying"))
            else:
                _copy_rows(store, made, watch)
            _refuse_damaged(made)
            verdict = _verify(made, watch)
    return Kept(file.stat().st_size, verdict)


def _copy_rows(store: SqlStore, made: Path, watch: Watcher) -> None:
    with closing(SqlStore.open(made)) as copy:
        copy_store(store.engines, copy.engines, progress=watch("Copying"), check=lambda _: None)
        rest(copy.engines)


def _refuse_damaged(file: Path) -> None:
    found = damage(file)
    if found:
        raise InvalidInput(f"the store is damaged: {found}", "file")


def _verify(file: Path, watch: Watcher) -> Verdict:
    with closing(SqlStore.open(file)) as store:
        verdict = evidence.verify(store, since=None, progress=watch("Checking"))
        rest(store.engines)
    return verdict


def restore(settings: ServerSettings, file: Path, *, even_if_broken: bool, watch: Watcher) -> Verdict:
    """Put the store in a file at the place of the settings, where nothing is; whoever followed it starts over.

    A store of an earlier release is brought to the tables of this one.

    Raises:
        InvalidInput: When there is something at the place, the file is no store, is damaged, is of a later release, or,
            unless that is said to be no reason, its change log is not what it was.
    """
    with closing(SqlStore.open(settings.store)) as place:
        _refuse_taken(place)
        with _borrowed(settings, place) as made:
            verdict = unpack(made, file, watch)
            if verdict.flaw is not None and not even_if_broken:
                raise InvalidInput(
                    f"the change log in {file} is not what it was: {verdict.flaw}; "
                    "restore an older back-up, or this one with --even-if-broken",
                    "file",
                )
            if not place.engines.is_sqlite:
                with closing(SqlStore.open(made)) as store:
                    copy_store(store.engines, place.engines, progress=watch("Copying"), check=lambda _: None)
    return verdict


def _refuse_taken(place: SqlStore) -> None:
    """Refuse a place where something is: also a log of SQLite's alone, which would become part of any other file."""
    file = place.engines.file
    if not place.engines.is_sqlite:
        make_empty(place.engines)
        return
    if (
        file is None
        or not is_blank(place.engines)
        or any(Path(f"{file}{end}").exists() for end in ("-wal", "-journal"))
    ):
        raise InvalidInput(
            f"there is a store at {place.engines.name} already: move it away first, with the files beside it "
            "whose names begin alike",
            "data",
        )


@contextmanager
def _borrowed(settings: ServerSettings, place: SqlStore) -> Iterator[Path]:
    """Give a file to make the store in: on SQLite one that goes to its place in the end."""
    if place.engines.file is None:
        with tempfile.TemporaryDirectory(prefix="promptwire-") as folder:
            yield Path(folder) / "store.db"
        return
    make_directory(settings)
    with appearing(place.engines.file) as made:
        yield made


def unpack(made: Path, file: Path, watch: Watcher) -> Verdict:
    """Make a store of this release of a back-up, in another file; whoever followed it starts over.

    Raises:
        InvalidInput: When the file is no store, is damaged, or is of a later release.
    """
    copy_resting(file, made, watch("Copying"))
    _refuse_damaged(made)
    with closing(SqlStore.open(made)) as store:
        if is_blank(store.engines):
            raise InvalidInput(f"{file} is no back-up of Promptwire", "file")
        migrate(store.engines)
        verdict = evidence.verify(store, since=None, progress=watch("Checking"))
        store.write_now(lambda tx: restoring.restored(tx, operator()))
        rest(store.engines)
    return verdict


def renew(settings: ServerSettings) -> None:
    """Let everybody who follows a store start over, after it was restored by other means than ours.

    Raises:
        InvalidInput: When there is no store, or it is another release's.
    """
    with store_as_it_is(settings) as store:
        store.write_now(lambda tx: restoring.restored(tx, operator()))


def copy_to(settings: ServerSettings, to: str, watch: Watcher) -> Verdict:
    """Take a store to an empty database, with all that is in it; the source stays as it is.

    Raises:
        InvalidInput: When one of them cannot be worked with, the target is not empty, the source is written to
            meanwhile, or the change log is not what it was.
    """
    verdicts: list[Verdict] = []
    with store_as_it_is(settings) as source, closing(SqlStore.open(to)) as target:

        def check(tx: SqlTransaction) -> None:
            verdict = evidence.verify(_Within(tx), since=None, progress=watch("Checking"))
            if verdict.flaw is not None:
                raise InvalidInput(f"the change log is not what it was: {verdict.flaw}", "from")
            restoring.moved(tx, source.read_now(lambda now: now.changes.head()))
            verdicts.append(verdict)

        copy_store(source.engines, target.engines, progress=watch("Copying"), check=check)
    return verdicts[0]


class _Within:
    """A store as one transaction sees it that is not committed yet."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction

    def read_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Run a unit of work in the transaction."""
        return work(self._transaction)
