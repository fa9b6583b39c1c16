"""A store of the test's own, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import new_database
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store."""
    store = SqlStore.open(new_database(engine, request, tmp_path))
    migrate(store.engines)
    yield store
    store.close()
