"""Empty databases on a real PostgreSQL."""

from __future__ import annotations

from uuid import uuid4

import psycopg

from promptwire.storage.columns import metadata

COUNTER = "change_counter"


class Postgres:
    """A running PostgreSQL server (`scripts.postgres.running`)."""

    def __init__(self, url: str) -> None:
        self.url = url

    def new_database(self) -> str:
        """Make an empty database; gives its URL."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" STRATEGY FILE_COPY'.encode())
        return self.url.replace("/postgres?", f"/{name}?")


def empty(database: str) -> None:
    """Make a migrated database as it was when it had just been migrated."""
    tables = [table.name for table in reversed(metadata.sorted_tables) if table.name not in {"store_meta", COUNTER}]
    statements = [f'DELETE FROM "{name}"' for name in tables]  # noqa: S608 - our own names
    statements.append(f"UPDATE {COUNTER} SET last_seq = 0")  # noqa: S608 - the same
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("; ".join(statements).encode())
