"""Stores that fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


@contextmanager
def failing_log(database: str) -> Iterator[None]:
    """Make the last statement of every write fail."""
    if database.startswith("sqlite"):
        connection = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("ALTER TABLE changes RENAME TO gone")
        yield
        connection.execute("ALTER TABLE gone RENAME TO changes")
        connection.close()
        return
    with psycopg.connect(database) as held:
        held.execute("LOCK TABLE changes IN ACCESS EXCLUSIVE MODE")
        yield
