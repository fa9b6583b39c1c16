"""The fixtures that every suite shares; each is made once, when a test first asks for it."""

from __future__ import annotations

import contextlib
import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from scripts.postgres import running

from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from support.postgres import Postgres, empty
from support.server import PRESETS, ServerProcess
from support.world import World

# How long an example takes says how busy the machine is.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    with running() as url:
        yield Postgres(url)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: every test that asks runs on both."""
    name: str = request.param
    return name


def new_database(engine: str, request: pytest.FixtureRequest, directory: Path) -> str:
    """Give the URL of an empty database."""
    if engine == "sqlite":
        return f"sqlite:///{directory / 'promptwire.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_database()


@pytest.fixture(scope="session")
def migrated(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the URL of a database with the tables of this release, for `database`."""
    database = new_database(engine, request, tmp_path_factory.mktemp("migrated"))
    with contextlib.closing(SqlStore.open(database)) as store:
        migrate(store.engines)
    return database


@pytest.fixture
def database(engine: str, migrated: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a migrated database of the test's own."""
    if engine == "sqlite":
        file = tmp_path / "promptwire.db"
        shutil.copyfile(migrated.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    yield migrated  # a copy would take ten times as long as emptying it
    empty(migrated)


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    """Give an empty store of the test's own."""
    with contextlib.closing(SqlStore.open(database)) as store:
        yield store


@pytest.fixture(scope="session")
def server(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A real server process on each database; shared, so a test makes its own organization (`world`)."""
    data = tmp_path_factory.mktemp("server")
    database = new_database(engine, request, data)
    process = ServerProcess(data, "--database", database, **PRESETS)
    process.database = database
    yield process.wait_ready()
    assert process.stop() == 0, process.errors
    assert "request failed" not in process.errors, process.errors


@pytest.fixture(scope="session")
def server_store(server: ServerProcess) -> Iterator[SqlStore]:
    """The store of the server, for putting things there."""
    store = SqlStore.open(server.database)
    yield store
    store.close()


@pytest.fixture
def world(server: ServerProcess, server_store: SqlStore) -> Iterator[World]:
    """An organization of the test's own."""
    world = World(server, server_store)
    yield world
    world.close()


def pytest_collection_finish() -> None:
    """Leave what was loaded out of the search for garbage: it stays until the end."""
    gc.freeze()
