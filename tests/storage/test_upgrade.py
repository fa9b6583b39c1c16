"""A store of every earlier revision is brought to the tables of this release with all that is in it, on both databases.

tests/storage/releases holds stores that earlier code made (`python -m scripts.record_store`). For revisions that no
recorded code had, rows of today are cut down to the tables and columns of then.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Connection, DateTime, MetaData, Table, insert, select, text

from conftest import new_database
from promptwire.domain.errors import InvalidInput
from promptwire.services import evidence
from promptwire.storage.migrate import migrate
from promptwire.storage.revisions import KNOWN, MIGRATIONS, NEWEST
from promptwire.storage.store import SqlStore
from support.filled import fill
from support.log import check_log
from support.server import API_KEY, PRESETS, ServerProcess
from support.started import started
from support.story import check_store

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.json"))


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database."""
    (tmp_path / "place").mkdir()
    return new_database(engine, request, tmp_path / "place")


def make_tables(database: str, revision: str) -> None:
    """Make the tables of a revision, empty."""
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.writer.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(text("DELETE FROM store_meta"))
        connection.execute(text("DELETE FROM change_counter"))


def tables_of(connection: Connection) -> dict[str, Table]:
    """Give the tables as the database has them, none before those that its rows belong to."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def put(database: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put rows into tables, of each what there is a column for."""
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.writer.begin() as connection:
        for name, table in tables_of(connection).items():
            for row in rows[name]:
                values = {one.name: written(connection, one.type, row[one.name]) for one in table.columns}
                connection.execute(insert(table).values(values))


def written(connection: Connection, kind: object, value: Any) -> Any:
    """Give a value as the driver takes it."""
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    if isinstance(kind, Boolean) and value is not None:
        return bool(value)
    if isinstance(kind, DateTime) and value is not None:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.replace(tzinfo=None if connection.dialect.name == "sqlite" else UTC)
    return value


def everything(database: str) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of all tables, by table and column."""
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.reader.connect() as connection:
        return {
            name: [dict(row._mapping) for row in connection.execute(select(table))]
            for name, table in tables_of(connection).items()
        }


def upgrade(database: str) -> None:
    with contextlib.closing(SqlStore.open(database)) as store:
        migrate(store.engines)
        with store.engines.reader.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == NEWEST


def check_kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    """Every row is there, and what it said it still says."""
    for name, rows in before.items():
        kept = [{column: row[column] for column in rows[0]} for row in after[name]] if rows else after[name]
        assert sorted(map(repr, kept)) == sorted(map(repr, rows)), name


def check_whole(database: str) -> None:
    """The change log is whole, and the tables are as it tells."""
    with contextlib.closing(SqlStore.open(database)) as store:
        assert evidence.verify(store, since=None, progress=lambda _done, _all: None).flaw is None
        check_log(store)


def test_every_revision_that_was_recorded_is_one_of_the_history() -> None:
    assert len(RELEASES) >= 5
    assert {file.stem for file in RELEASES} <= set(KNOWN)


@pytest.mark.parametrize("file", RELEASES, ids=lambda file: str(file.stem))
def test_a_store_that_earlier_code_made_is_upgraded_and_served(place: str, file: Path, tmp_path: Path) -> None:
    recorded = json.loads(file.read_text(encoding="utf-8"))
    make_tables(place, recorded["revision"])
    put(place, recorded["tables"])
    before = everything(place)
    assert {name: len(rows) for name, rows in before.items()} == {
        name: len(rows) for name, rows in recorded["tables"].items()
    }
    upgrade(place)
    check_kept(before, everything(place))
    server = ServerProcess(tmp_path, "--database", place, **PRESETS).wait_ready()
    try:
        with server.client(API_KEY) as http:
            assert "a prompt, served by" in http.get("/v1/prompts/greeting/resolve").json()["content"]["template"]
            rendered = http.post("/v1/prompts/billing_reminder/render", json={"variables": {"name": "Ada"}})
            assert rendered.json()["rendered"] in {"Dear Ada", "Liebe Ada 🎉"}
            prompt = http.get("/v1/prompts/billing_reminder").json()["prompt"]["id"]
            answer = http.post(f"/v1/prompts/{prompt}/versions", json={"template": "New {{.name}}"})
            number = answer.json()["version"]["version"]
            assert http.post(f"/v1/prompts/{prompt}/versions/{number}/promote", json={"to": "live"}).status_code == 200
        login = {"email": PRESETS["PROMPTWIRE_ADMIN_EMAIL"], "password": PRESETS["PROMPTWIRE_ADMIN_PASSWORD"]}
        with server.client() as http:
            assert http.post("/v1/auth/login", json=login).status_code == 200
    finally:
        assert server.stop() == 0
    check_whole(place)
    with contextlib.closing(SqlStore.open(place)) as store:
        check_store(store)


@pytest.fixture(scope="session")
def full(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a store of today with a row in every table."""
    database = new_database(engine, request, tmp_path_factory.mktemp("full"))
    with contextlib.closing(SqlStore.open(database)) as store:
        migrate(store.engines)
        started(store)
    fill(database)
    return database


@pytest.mark.parametrize("revision", KNOWN[:-1])
def test_rows_in_every_table_of_a_revision_are_there_after_the_upgrade(place: str, full: str, revision: str) -> None:
    make_tables(place, revision)
    put(place, everything(full))
    before = everything(place)
    assert [name for name, rows in before.items() if not rows] == []
    upgrade(place)
    check_kept(before, everything(place))
    check_whole(place)


def test_an_upgrade_that_breaks_off_leaves_the_store_as_it_was(place: str, full: str) -> None:
    make_tables(place, KNOWN[0])
    put(place, everything(full))
    with contextlib.closing(SqlStore.open(place)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("CREATE TABLE webhooks (id INTEGER)"))  # which revision 0009 stumbles over
    before = everything(place)
    with pytest.raises(InvalidInput, match="already exists"):
        upgrade(place)
    assert everything(place) == before
    with contextlib.closing(SqlStore.open(place)) as store, store.engines.writer.begin() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == KNOWN[0]
        connection.execute(text("DROP TABLE webhooks"))
    del before["webhooks"]
    upgrade(place)
    check_kept(before, everything(place))
