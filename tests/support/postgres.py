"""Empty databases on a real PostgreSQL."""

from __future__ import annotations

from uuid import uuid4

import psycopg


class Postgres:
    """A running PostgreSQL server (`scripts.postgres.running`)."""

    def __init__(self, url: str) -> None:
        self.url = url

    def new_database(self, template: str | None = None, options: str = "") -> str:
        """Make an empty database, or the copy of one that nobody uses; gives its URL."""
        name = f"test_{uuid4().hex}"
        like = f'TEMPLATE "{_name(template)}" STRATEGY FILE_COPY' if template else ""
        self._run(f'CREATE DATABASE "{name}" {like} {options}')
        return self.url.replace("/postgres?", f"/{name}?")

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is connected."""
        self._run(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
