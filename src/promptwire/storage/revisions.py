"""Which revisions of the tables there are, and which a database has; Alembic is loaded only where tables are made."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

MIGRATIONS = Path(__file__).with_name("migrations")
KNOWN = tuple(sorted(file.name.split("_")[1] for file in (MIGRATIONS / "versions").glob("revision_*.py")))
"""The revisions that this release knows, the oldest first: the file of each is named for it."""
NEWEST = KNOWN[-1]
"""The one that this release reads and writes."""
_MADE = table("alembic_version", column("version_num"))


def revision_of(connection: Connection) -> str | None:
    """Give the revision that a database's tables have; None where nobody has migrated it yet."""
    if not inspect(connection).has_table(_MADE.name):
        return None
    return connection.execute(select(_MADE.c.version_num)).scalar_one_or_none()
