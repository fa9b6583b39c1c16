"""The history makes the tables of this release, once however many start; what cannot be opened is one clear line."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, select, text

from promptwire.domain.errors import InvalidInput
from promptwire.storage import engines
from promptwire.storage.columns import metadata
from promptwire.storage.migrate import is_blank, migrate
from promptwire.storage.revisions import KNOWN, MIGRATIONS, NEWEST
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import store_meta
from support import make
from support.postgres import Postgres
from support.writers import errors, migrate_database, processes


def start(database: str | Path) -> None:
    """Do with a database what a server does first."""
    with contextlib.closing(SqlStore.open(database)) as store:
        is_blank(store.engines)
        migrate(store.engines)


def refused(database: str | Path) -> str:
    """Give the line with which a start on a database ends."""
    with pytest.raises(InvalidInput) as caught:
        start(database)
    line = str(caught.value)
    assert "\n" not in line
    return line


def epoch(store: SqlStore) -> str:
    with store.engines.reader.connect() as connection:
        found: str = connection.execute(select(store_meta.c.epoch)).scalar_one()
    return found


@pytest.fixture
def blank(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database that nobody has migrated."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'blank.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_database()


def test_the_history_leads_to_the_tables_of_the_code(store: SqlStore) -> None:
    with store.engines.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        checks = inspect(connection)
        for table in metadata.sorted_tables:
            wanted = {one.name for one in table.constraints if isinstance(one, CheckConstraint)}
            assert {one["name"] for one in checks.get_check_constraints(table.name)} == wanted, table.name


def test_a_store_is_blank_until_it_is_migrated_and_looking_makes_nothing(blank: str, tmp_path: Path) -> None:
    with contextlib.closing(SqlStore.open(blank)) as store:
        assert is_blank(store.engines)
        assert list(tmp_path.iterdir()) == []
        migrate(store.engines)
        assert not is_blank(store.engines)


def test_the_revisions_are_those_of_the_history() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    history = ScriptDirectory.from_config(config)
    assert [one.revision for one in history.walk_revisions()] == list(reversed(KNOWN))
    assert history.get_heads() == [NEWEST]


def test_migrating_again_changes_nothing(store: SqlStore) -> None:
    before, user = epoch(store), make.user()
    store.write_now(lambda tx: tx.users.insert(user, "hash"))
    migrate(store.engines)
    assert epoch(store) == before
    assert store.read_now(lambda tx: tx.users.get(user.id)) == user


def test_every_store_has_an_epoch_of_its_own(blank: str, store: SqlStore) -> None:
    start(blank)
    with contextlib.closing(SqlStore.open(blank)) as other:
        assert epoch(other) != epoch(store)


def test_many_servers_may_start_on_an_empty_store_at_once(blank: str) -> None:
    with processes(8) as pool:
        running = [pool.submit(migrate_database, blank) for _ in range(12)]
        assert errors([one.exception(timeout=60) for one in running]) == []
    with contextlib.closing(SqlStore.open(blank)) as store, store.engines.reader.connect() as connection:
        assert len(connection.execute(text("SELECT version_num FROM alembic_version")).all()) == 1
        assert len(connection.execute(select(store_meta)).all()) == 1


def test_a_migration_that_fails_leaves_nothing(blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:  # the last thing that the first revision does is to ask for a UUID
        raise RuntimeError("in the middle")

    with monkeypatch.context() as broken:
        broken.setattr("uuid.uuid4", fail)
        with pytest.raises(RuntimeError, match="in the middle"):
            start(blank)
    with contextlib.closing(SqlStore.open(blank)) as store:
        assert is_blank(store.engines)
        with store.engines.reader.connect() as connection:
            assert inspect(connection).get_table_names() == []
    start(blank)


def test_the_store_of_a_later_release_is_refused(database: str, store: SqlStore) -> None:
    with store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    line = refused(database)
    with store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "at revision 9999" in line
    assert "later release" in line


def test_a_database_of_something_else_is_refused(blank: str) -> None:
    with contextlib.closing(SqlStore.open(blank)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("CREATE TABLE users (name VARCHAR(9))"))
    assert "tables of something else (users)" in refused(blank)


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Ada, " * 1000)
    assert refused(file) == f"the database {file} cannot be opened: file is not a database"
    assert file.read_text() == "Dear Ada, " * 1000


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    assert refused(tmp_path) == f"the database {tmp_path} cannot be opened: unable to open database file"


@pytest.mark.parametrize("place", ["missing/promptwire.db", "file/promptwire.db", f"{'x' * 300}.db"])
def test_a_file_that_cannot_be_made_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    assert f"the database {tmp_path / place} cannot be" in refused(tmp_path / place)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    start(file)


@pytest.mark.parametrize("migrated_before", [False, True])
def test_a_file_that_may_only_be_read_is_refused(tmp_path: Path, *, migrated_before: bool) -> None:
    file = tmp_path / "promptwire.db"
    file.touch()
    if migrated_before:
        start(file)
    assert "readonly database" in refused(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_a_locked_file_is_refused_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
    file = tmp_path / "promptwire.db"
    start(file)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert refused(file) == f"the database {file} cannot be opened: database is locked"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "promptwire.db"
    start(file)
    content = bytearray(file.read_bytes())
    content[100:4096] = b"\xff" * (4096 - 100)
    file.write_bytes(content)
    assert "malformed" in refused(file)


def test_a_server_that_is_not_there_or_lets_nobody_in_is_refused(postgres: Postgres) -> None:
    assert "127.0.0.1" in refused("postgresql://ada:a-secret@127.0.0.1:1/name")
    assert "a-secret" not in refused("postgresql://ada:a-secret@127.0.0.1:1/name")
    assert "does not exist" in refused(postgres.url.replace("/postgres?", "/nowhere?"))
    assert "invalid connection option" in refused(postgres.url + "&nonsense=1")


def test_a_postgresql_that_may_only_be_read_is_refused(postgres: Postgres) -> None:
    url = postgres.new_database()
    start(url)
    assert "read-only transaction" in refused(f"{url}&options=-c default_transaction_read_only=on")


def test_an_account_that_may_make_no_tables_is_refused(postgres: Postgres) -> None:
    url = postgres.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    assert "permission denied" in refused(url.replace("postgres@", "guest@"))
