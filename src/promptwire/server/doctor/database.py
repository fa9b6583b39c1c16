"""The database: whether it can be worked with, and will be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from promptwire.domain.diagnosis import Diagnosis, failed, warning, well
from promptwire.domain.errors import InvalidInput
from promptwire.server.clock import now
from promptwire.settings import ServerSettings
from promptwire.storage.condition import Condition, PostgresCondition, condition
from promptwire.storage.migrate import is_blank
from promptwire.storage.store import SqlStore

_OLDEST = 14
_APART = 5.0
"""Seconds that two clocks may be apart."""
_LOCAL = ("@localhost", "@127.", "@[::1]", "@/", "host=/", "//localhost", "//127.", "///")


def database(settings: ServerSettings) -> Iterator[Diagnosis]:
    """Look at the database of a server."""
    try:
        with closing(SqlStore.open(settings.store)) as store:
            if is_blank(store.engines) and store.engines.is_sqlite:
                yield well("database", f"{store.engines.name} will be made by the first start")
                return
            found = condition(store.engines)
            name = store.engines.name
    except InvalidInput as error:
        yield failed("database", error.message, "look at PROMPTWIRE_DATABASE, and whether the database runs")
        return
    yield _tables(found, name)
    if found.last_change is not None:
        yield from _log_clock(found.last_change)
    if found.postgres is not None:
        yield from _postgres(found.postgres, settings)


def _tables(found: Condition, name: str) -> Diagnosis:
    if not found.is_known:
        says = f"{name} is at revision {found.revision}: it was made by a later release of Promptwire"
        return failed("database", says, "start that release, or restore a back-up of this one")
    if found.revision is None:
        return well("database", f"{name} is empty: the first start makes the tables")
    if found.revision != found.newest:
        says = f"{name} is at revision {found.revision}, and this release makes {found.newest}"
        return warning("database", says, "back it up; the next promptwire serve or migrate brings it up to date")
    return well("database", f"{name} can be worked with, at revision {found.revision}")


def _log_clock(last_change: datetime) -> Iterator[Diagnosis]:
    ahead = (last_change - now()).total_seconds()
    if ahead > _APART:
        says = (
            f"the newest change was made {ahead:,.0f} seconds from now: this clock, or that of another server, is off"
        )
        yield failed("clock", says, "set the clocks (NTP): sessions, codes and freezes end by them")


def _postgres(found: PostgresCondition, settings: ServerSettings) -> Iterator[Diagnosis]:
    if found.release < _OLDEST:
        yield failed("PostgreSQL", f"it is release {found.release}", f"use {_OLDEST} or newer")
    if found.is_replica:
        yield failed("PostgreSQL", "it is a replica, which cannot be written to", "name the primary")
    if not found.is_durable:
        says = "fsync or synchronous_commit is off: what was acknowledged is lost when it crashes"
        yield warning("PostgreSQL", says, "turn both on")
    if not found.is_encrypted and not any(place in (settings.database or "") for place in _LOCAL):
        yield warning(
            "PostgreSQL", "the connection is not encrypted", "add ?sslmode=verify-full to PROMPTWIRE_DATABASE"
        )
    yield _clock(found)
    yield _connections(found, settings.workers)


def _clock(found: PostgresCondition) -> Diagnosis:
    apart = abs((found.time - now()).total_seconds())
    if apart > _APART:
        return failed("clock", f"the database's clock is {apart:,.0f} seconds off this one", "set both (NTP)")
    return well("clock", "it is that of the database")


def _connections(found: PostgresCondition, workers: int) -> Diagnosis:
    wanted = workers * found.connections
    says = f"{workers} workers take {wanted} connections at most, of {found.allowed} that PostgreSQL allows"
    if wanted > found.allowed:
        remedy = "raise max_connections, or lower PROMPTWIRE_WORKERS; servers on other machines count too"
        return failed("connections", says, remedy)
    if wanted + found.used > found.allowed:
        remedy = (
            "that is too much unless they are this server's own: raise max_connections, or lower PROMPTWIRE_WORKERS"
        )
        return warning("connections", f"{says}; {found.used} are in use now", remedy)
    return well("connections", says)
