"""The whole of a SQLite store in one file: copied while others write, and there as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

from promptwire.domain.errors import InvalidInput
from promptwire.storage.engines import BUSY_TIMEOUT_MS, Engines

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, and how much there is."""

_PAGES = 1_000
"""Pages that are copied in one step; 4 KiB each."""


@contextmanager
def appearing(file: Path) -> Iterator[Path]:
    """Give where to write a file that is to be at its place once the block is over, readable to its owner only.

    Raises:
        InvalidInput: When there is something at the place, before the block or after it, or nothing can be made there.
    """
    if os.path.lexists(file):
        raise _taken(file)
    try:
        folder = Path(tempfile.mkdtemp(prefix=".promptwire-", dir=file.parent))
    except OSError as error:
        raise InvalidInput(f"nothing can be written to {file.parent}: {error.strerror}", "file") from None
    try:
        made = folder / "store.db"
        made.touch(0o600)
        yield made
        _settle(made, file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _taken(file: Path) -> InvalidInput:
    return InvalidInput(f"there is something at {file} already, and nothing is ever written over: name another", "file")


def _settle(made: Path, file: Path) -> None:
    """Put a file at its place, on the disk, and over nothing."""
    _sync(made)
    try:
        os.link(made, file)
    except FileExistsError:
        raise _taken(file) from None
    except OSError:  # a file system without links
        made.rename(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_running(source: Engines, to: Path, progress: Progress) -> None:
    """Copy a SQLite store as it is at one moment, however much is written meanwhile; nobody has to wait for it.

    Raises:
        InvalidInput: When there is no room, or the store cannot be read.
    """
    with closing(source.reader.raw_connection()) as pooled, _failing(f"the database {source.name} cannot be copied"):
        driver = pooled.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError("a copy of the file is made of a SQLite store only")
        driver.execute("BEGIN")
        driver.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on this state stays: without it,
        try:  # the copy would begin anew with every write
            _copy(driver, to, progress)
        finally:
            driver.execute("ROLLBACK")


def copy_resting(file: Path, to: Path, progress: Progress) -> None:
    """Copy a SQLite store in a file that is only read.

    Raises:
        InvalidInput: When it cannot be read, or is no database, or there is no room for the copy.
    """
    try:
        file.open("rb").close()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}", "file") from None
    with (
        _failing(f"{file} cannot be read"),
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as one,
    ):
        _copy(one, to, progress)


def _copy(driver: sqlite3.Connection, to: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(to, isolation_level=None)) as copy:
        driver.backup(copy, pages=_PAGES, progress=lambda _, left, pages: progress(pages - left, pages))
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def rest(engines: Engines) -> None:
    """Bring all of a SQLite store that nobody uses any more into its one file."""
    file = engines.file
    engines.dispose()
    if file is None:
        raise TypeError("only a SQLite store has a file")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def damage(file: Path) -> str | None:
    """Say what is wrong with the file of a SQLite store; None where all of it fits together."""
    with _failing(f"{file} cannot be read"), closing(sqlite3.connect(file)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
        if found != ["ok"]:
            return "; ".join(" ".join(one.split()) for one in found)
        strays = connection.execute("PRAGMA foreign_key_check").fetchmany(1)
    return f"a row of {strays[0][0]} belongs to nothing" if strays else None


@contextmanager
def _failing(what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise InvalidInput(f"{what}: {' '.join(str(error).split())}", "file") from error
