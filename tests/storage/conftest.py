"""A store as its tests speak to it."""

from __future__ import annotations

import pytest

from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from support.make import Ground
from support.units import reading, writing


@pytest.fixture
def read(store: SqlStore) -> Transaction:
    """Run each call in a unit of work of its own that only reads."""
    return reading(store)


@pytest.fixture
def write(store: SqlStore) -> Transaction:
    """Run each call in a unit of work of its own."""
    return writing(store)


@pytest.fixture
def ground(store: SqlStore) -> Ground:
    """Give what most tests stand on."""
    return store.write_now(Ground)
