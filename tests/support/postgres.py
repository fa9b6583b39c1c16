"""Empty databases on a real PostgreSQL."""

from __future__ import annotations

from uuid import uuid4

import psycopg


class Postgres:
    """A running PostgreSQL server (`scripts.postgres.running`)."""

    def __init__(self, url: str) -> None:
        self.url = url

    def new_database(self) -> str:
        """Make an empty database; gives its URL."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url.replace("/postgres?", f"/{name}?")
