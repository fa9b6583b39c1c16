"""How the database of a store is, for whoever looks after it; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, inspect, select, text

from promptwire.storage.engines import POSTGRES_CONNECTIONS_IN_ALL, Engines
from promptwire.storage.migrate import opening
from promptwire.storage.revisions import KNOWN, NEWEST, revision_of
from promptwire.storage.tables import changes


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresCondition:
    """What matters of a PostgreSQL server."""

    release: int
    """The major one."""
    time: datetime
    connections: int
    """How many a process of ours takes at most."""
    allowed: int
    """How many an ordinary account may have open."""
    used: int
    """How many are open in all, without this one."""
    is_replica: bool
    is_durable: bool
    """Whether what is committed is on its disk."""
    is_encrypted: bool
    """Whether the connection is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a database is that could be opened."""

    revision: str | None
    """Of its tables; None where it is blank."""
    newest: str
    """The revision that this release makes."""
    is_known: bool
    """Whether this release knows the revision."""
    last_change: datetime | None
    postgres: PostgresCondition | None


def condition(engines: Engines) -> Condition:
    """Look at a database.

    Raises:
        InvalidInput: When it cannot be opened.
    """
    with opening(engines), engines.reader.connect() as connection, connection.begin():
        revision = revision_of(connection)
        return Condition(
            revision=revision,
            newest=NEWEST,
            is_known=revision is None or revision in KNOWN,
            last_change=_last_change(connection),
            postgres=None if engines.is_sqlite else _postgres(connection),
        )


def _last_change(connection: Connection) -> datetime | None:
    if not inspect(connection).has_table(changes.name):
        return None
    newest = select(func.max(changes.c.seq)).scalar_subquery()
    return connection.execute(select(changes.c.at).where(changes.c.seq == newest)).scalar()


def _postgres(connection: Connection) -> PostgresCondition:
    def number(name: str) -> int:
        return int(connection.execute(text("SELECT current_setting(:name, true)"), {"name": name}).scalar() or 0)

    def is_off(name: str) -> bool:
        return connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar() == "off"

    reserved = number("superuser_reserved_connections") + number("reserved_connections")
    encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    used = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    return PostgresCondition(
        release=number("server_version_num") // 10_000,
        time=connection.execute(text("SELECT clock_timestamp()")).scalar_one(),
        connections=POSTGRES_CONNECTIONS_IN_ALL,
        allowed=number("max_connections") - reserved,
        used=connection.execute(text(used)).scalar_one(),
        is_replica=connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one(),
        is_durable=not is_off("fsync") and not is_off("synchronous_commit"),
        is_encrypted=bool(connection.execute(text(encrypted)).scalar()),
    )
