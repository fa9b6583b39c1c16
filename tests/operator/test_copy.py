"""A store goes to another database with one command, and every row arrives as it was."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from conftest import new_database
from promptwire.domain.changes import Scope
from promptwire.domain.errors import InvalidInput
from promptwire.server import backups
from promptwire.settings import ServerSettings
from promptwire.storage import copies
from promptwire.storage.columns import metadata
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import store_meta
from support.commands import promptwire, refused
from support.filled import fill
from support.log import check_log
from support.server import API_KEY, PRESETS, ServerProcess
from support.writers import add_prompt

DIRECTIONS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")]


def everything(database: str) -> dict[str, list[str]]:
    """Give all rows of all tables, without the epoch."""
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.reader.connect() as connection:
        there = set(inspect(connection).get_table_names()) - {"alembic_version"}
        assert there == set(metadata.tables)
        rows = {
            table.name: [tuple(row) for row in connection.execute(select(table))] for table in metadata.sorted_tables
        }
    rows["store_meta"] = [(row[0], row[2]) for row in rows["store_meta"]]
    return {name: sorted(repr(row) for row in found) for name, found in rows.items()}


def epoch(database: str) -> str:
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.reader.connect() as connection:
        found: str = connection.execute(select(store_meta.c.epoch)).scalar_one()
    return found


def started(database: str, data: Path) -> ServerProcess:
    server = ServerProcess(data, "--database", database, **PRESETS).wait_ready()
    server.database = database
    return server


@pytest.mark.parametrize(("source", "target"), DIRECTIONS, ids=["-".join(one) for one in DIRECTIONS])
def test_every_row_of_every_table_arrives(
    source: str, target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    here = new_database(source, request, tmp_path / "from")
    there = new_database(target, request, tmp_path / "to")
    server = started(here, tmp_path / "from")
    with server.client(API_KEY) as http:
        work(http)
    assert server.stop() == 0
    fill(here)

    before = everything(here)
    assert [name for name, rows in before.items() if not rows] == [], "every table has a row, or this shows nothing"
    ended = promptwire("copy", "--to", there, "--database", here)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Copied and compared, row by row. The change log is whole" in ended.stdout
    assert everything(there) == before
    assert everything(here) == before
    assert epoch(there) != epoch(here)
    if source != target:
        check_archive(here, new_database(target, request, tmp_path), before)

    again = started(there, tmp_path / "to")
    with again.client(API_KEY) as http:
        assert http.get("/v1/prompts/greeting/resolve").json()["version"] == 2
        work(http)
    assert again.stop() == 0
    with contextlib.closing(SqlStore.open(there)) as store:
        check_log(store)


def check_archive(here: str, place: str, before: dict[str, list[str]]) -> None:
    """The file that `backup` makes holds every row, and `restore` puts it back, with a word about that in the log."""
    file = Path(place.partition("?host=")[2] or place.removeprefix("sqlite:///")).with_name("archive.db")
    assert promptwire("backup", str(file), "--database", here).returncode == 0
    assert everything(f"sqlite:///{file}") == before
    assert promptwire("restore", str(file), "--database", place).returncode == 0
    after = everything(place)
    in_the_log = {"changes", "change_counter", "change_scopes", "store_meta"}
    assert {name: rows for name, rows in after.items() if name not in in_the_log} == {
        name: rows for name, rows in before.items() if name not in in_the_log
    }
    assert len(after["changes"]) == len(before["changes"]) + 1
    assert {*before["changes"]} < {*after["changes"]}


def work(http: Any) -> None:
    """Write one version, and put it live."""
    path = f"/v1/prompts/{http.get('/v1/prompts/greeting').json()['prompt']['id']}/versions"
    answer = http.post(path, json={"template": "Grüße, {{.name}} 🎉", "model_params": {"temperature": 0.1}})
    number = answer.json()["version"]["version"]
    assert http.post(f"{path}/{number}/promote", json={"to": "live"}).status_code == 200


@pytest.fixture
def here(tmp_path: Path) -> str:
    """Give a store after its first start."""
    (tmp_path / "from").mkdir()
    database = f"sqlite:///{tmp_path / 'from' / 'promptwire.db'}"
    assert started(database, tmp_path / "from").stop() == 0
    return database


def test_a_target_with_empty_tables_will_do_and_one_with_people_will_not(
    here: str, engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    there = new_database(engine, request, tmp_path)
    with contextlib.closing(SqlStore.open(there)) as store:
        migrate(store.engines)
    assert promptwire("copy", "--to", there, "--database", here).returncode == 0
    rows = everything(there)
    line = refused("copy", "--to", there, "--database", here)
    assert "is not empty: give one on which no server has been started" in line
    assert everything(there) == rows


def test_a_source_that_is_written_to_meanwhile_is_not_copied(
    here: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write comes when all rows have arrived, which no process can be made to do from outside."""

    real = copies._Copying.run

    def late(copying: Any) -> None:
        real(copying)
        with contextlib.closing(SqlStore.open(here)) as store, store.engines.reader.connect() as connection:
            row = connection.execute(text("SELECT id, org_id FROM teams")).one()
        with contextlib.closing(SqlStore.open(here)) as store:
            store.write_now(lambda tx: add_prompt(tx, Scope("org", row.org_id), row.id))

    monkeypatch.setattr(copies._Copying, "run", late)
    there = f"sqlite:///{tmp_path / 'to.db'}"
    with pytest.raises(InvalidInput, match="1 changes came while the store was copied: stop its servers first"):
        backups.copy_to(ServerSettings.given({"database": here}), there, lambda _: lambda _done, _all: None)
    monkeypatch.setattr(copies._Copying, "run", real)
    assert promptwire("copy", "--to", there, "--database", here).returncode == 0, "what was begun is undone"


def test_rows_that_do_not_arrive_as_they_are_are_noticed(here: str, tmp_path: Path) -> None:
    """A trigger in the target stands for whatever changes a row on its way."""
    there = tmp_path / "to.db"
    with contextlib.closing(SqlStore.open(there)) as store:
        migrate(store.engines)
        with store.engines.writer.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER meddle AFTER INSERT ON prompts "
                "BEGIN UPDATE prompts SET name = 'x' WHERE id = NEW.id; END"
            )
    line = refused("copy", "--to", f"sqlite:///{there}", "--database", here)
    assert line.startswith("promptwire: of 1 rows of prompts, 1 have arrived, or not as they are: nothing was copied")


def test_a_store_of_an_earlier_release_and_a_broken_log_are_not_copied(here: str, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'to.db'}"
    with contextlib.closing(SqlStore.open(here)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE changes SET reason = 'because' WHERE seq = 3"))
    assert "the change log is not what it was: entry 3" in refused("copy", "--to", there, "--database", here)
    assert "cannot be opened" in refused("copy", "--to", "postgresql://ada@127.0.0.1:1/x", "--database", here)
    with contextlib.closing(SqlStore.open(here)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "run promptwire migrate first" in refused("copy", "--to", there, "--database", here)


def test_json_arrives_letter_by_letter(here: str, tmp_path: Path) -> None:
    """What is hashed is the text that is stored, also one that another release wrote another way."""
    odd = json.dumps({"b": 1, "a": "ü"}, indent=2)
    with contextlib.closing(SqlStore.open(here)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE versions SET model_params = :odd"), {"odd": odd})
    there = f"sqlite:///{tmp_path / 'to.db'}"
    assert promptwire("copy", "--to", there, "--database", here).returncode == 0
    with contextlib.closing(SqlStore.open(there)) as store, store.engines.reader.connect() as connection:
        assert connection.execute(text("SELECT model_params FROM versions")).scalar_one() == odd
