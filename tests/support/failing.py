"""Stores that fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


@contextmanager
def held_up(database: str) -> Iterator[None]:
    """Hold what every write needs until it gives up: on PostgreSQL the last thing it needs, on SQLite all of it."""
    if database.startswith("sqlite"):
        connection = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()
        return
    with psycopg.connect(database) as held:
        held.execute("LOCK TABLE changes IN ACCESS EXCLUSIVE MODE")
        yield
