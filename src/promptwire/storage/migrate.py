"""Bringing a store to the tables of this release; safe when many servers start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from promptwire.domain.errors import InvalidInput
from promptwire.storage.engines import Engines

_MIGRATE_LOCK = 7_067_770  # any number, the same in every server process of a store


def migrate(engines: Engines) -> None:
    """Bring the tables up to date, in one transaction, one process at a time.

    Raises:
        InvalidInput: When the database cannot be opened, is none, or was made by a later release.
    """
    try:
        with engines.writer.connect() as connection, connection.begin():
            _hold_off_others(connection)
            _refuse_later_release(connection)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DatabaseError as error:
        raise InvalidInput(f"the database cannot be opened: {error.orig}", "database") from error


def alembic_config() -> Config:
    """Give Alembic's settings: where the history is."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


def _hold_off_others(connection: Connection) -> None:
    """Wait for another server's migration; on SQLite the transaction has begun exclusively already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATE_LOCK})


def _refuse_later_release(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if current is not None and current not in known:
        raise InvalidInput(
            f"the database is at revision {current}, which this release does not know: "
            "it was made by a later release of Promptwire",
            "database",
        )
