"""Bringing a store to the tables of this release; safe when many servers start at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text, update
from sqlalchemy.exc import DBAPIError

from promptwire.domain.errors import InvalidInput
from promptwire.storage import search_tables, use_tables  # noqa: F401 - their tables are part of the metadata
from promptwire.storage.columns import metadata
from promptwire.storage.engines import Engines
from promptwire.storage.failures import reason
from promptwire.storage.revisions import KNOWN, MIGRATIONS, NEWEST, revision_of
from promptwire.storage.tables import store_meta

_MIGRATE_LOCK = 7_067_770  # any number, the same in every server process of a store


def migrate(engines: Engines) -> None:
    """Bring the tables up to date, in one transaction, one process at a time.

    Raises:
        InvalidInput: When the database cannot be opened, is none, holds what is not ours, or is a later release's.
    """
    _make_file(engines)
    with opening(engines), engines.writer.connect() as connection, connection.begin():
        _hold_off_others(connection)
        current = revision_of(connection)
        _refuse_strange(connection, current)
        if current != NEWEST:
            _upgrade(connection)
        connection.execute(update(store_meta).values(id=1))  # what may only be read is refused now, not later


def is_blank(engines: Engines) -> bool:
    """Tell whether nobody has migrated this database yet; creates nothing.

    Raises:
        InvalidInput: When the database cannot be opened, or is none.
    """
    try:
        if engines.file is not None and not engines.file.exists():
            return True
    except OSError as error:
        raise InvalidInput(f"the database {engines.name} cannot be opened: {error.strerror}", "database") from None
    with opening(engines), engines.reader.connect() as connection:
        return revision_of(connection) is None


def check_is_current(engines: Engines) -> None:
    """Make sure, changing nothing, that a database has the tables of this release.

    Raises:
        InvalidInput: When it has others, or cannot be opened.
    """
    with opening(engines), engines.reader.connect() as connection:
        current = revision_of(connection)
    if current != NEWEST:
        raise InvalidInput(
            f"the database is at revision {current}, and this release reads {NEWEST}: run promptwire migrate first, "
            "or use the release that the store is of",
            "database",
        )


def is_behind(engines: Engines) -> bool:
    """Tell whether a database lacks tables of this release; a later release's has them all.

    Raises:
        InvalidInput: When it cannot be opened.
    """
    with opening(engines), engines.reader.connect() as connection:
        current = revision_of(connection)
    return current is None or (current in KNOWN and current != NEWEST)


def _make_file(engines: Engines) -> None:
    """Make the file of SQLite one that only its owner can read; so become the files beside it."""
    if engines.file is None:
        return
    try:
        os.close(os.open(engines.file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise InvalidInput(f"the database {engines.name} cannot be made: {error.strerror}", "database") from None


@contextmanager
def opening(engines: Engines) -> Iterator[None]:
    """Say in one line that a database cannot be opened, where it cannot."""
    try:
        yield
    except DBAPIError as error:
        raise InvalidInput(f"the database {engines.name} cannot be opened: {reason(error)}", "database") from error


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - as much to load as all the rest of the storage
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _hold_off_others(connection: Connection) -> None:
    """Wait for another server's migration; on SQLite the transaction has begun exclusively already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATE_LOCK})


def _refuse_strange(connection: Connection, current: str | None) -> None:
    if current is None:
        strange = sorted(metadata.tables.keys() & set(inspect(connection).get_table_names()))
        if strange:
            raise InvalidInput(
                f"the database has tables of something else ({', '.join(strange)}): give Promptwire one of its own",
                "database",
            )
        return
    if current not in KNOWN:
        raise InvalidInput(
            f"the database is at revision {current}, which this release does not know: "
            "it was made by a later release of Promptwire",
            "database",
        )
