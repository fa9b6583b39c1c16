"""A database that cannot work now is `Unavailable`, in the log with its reason; when it can again, so can the store."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from promptwire.domain.errors import Unavailable
from promptwire.ports.storage import Transaction
from promptwire.storage import engines
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction
from support import make
from support.log import check_log
from support.make import Ground
from support.postgres import Postgres
from support.writers import add_prompt, migrate_database

SHORT_MS = 50


@pytest.fixture
def hasty(database: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """Give the same store, with little patience for locks."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", SHORT_MS)
    impatient = f"{database}&options=-c lock_timeout={SHORT_MS}" if engine == "postgresql" else database
    with contextlib.closing(SqlStore.open(impatient)) as store:
        yield store


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    file = tmp_path / "only.db"
    migrate_database(file)
    return file


@pytest.fixture
def sqlite_store(sqlite_file: Path) -> Iterator[SqlStore]:
    with contextlib.closing(SqlStore.open(sqlite_file)) as store:
        yield store


@pytest.fixture(scope="module")
def postgres_url(postgres: Postgres) -> str:
    url = postgres.new_database()
    migrate_database(url)
    return url


def test_a_lock_that_stays_is_an_outage_and_nothing_is_changed(
    hasty: SqlStore, store: SqlStore, ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    def try_meanwhile(tx: Transaction) -> None:
        tx.prompts.lock(ground.prompt.id)

        def work(inner: SqlTransaction) -> None:
            inner.prompts.lock(ground.prompt.id)
            add_prompt(inner, ground.scope, ground.team.id)

        with caplog.at_level(logging.ERROR), pytest.raises(Unavailable):
            hasty.write_now(work)

    store.write_now(try_meanwhile)
    assert [record.message for record in caplog.records] == ["the database is not available"]
    assert "lock" in vars(caplog.records[0])["reason"]
    assert check_log(store) == []
    hasty.write_now(lambda tx: add_prompt(tx, ground.scope, ground.team.id))
    assert len(check_log(store)) == 1


def test_reading_goes_on_while_somebody_writes(hasty: SqlStore, store: SqlStore, ground: Ground) -> None:
    def read_meanwhile(tx: Transaction) -> object:
        tx.prompts.lock(ground.prompt.id)
        tx.prompts.insert(make.prompt(ground.team.id))
        return hasty.read_now(lambda tx: tx.prompts.of_team(ground.team.id, None))

    assert store.write_now(read_meanwhile) == [ground.prompt]


def test_a_full_disk_is_an_outage_until_there_is_room(sqlite_file: Path, sqlite_store: SqlStore) -> None:
    store, ground = sqlite_store, sqlite_store.write_now(Ground)

    def limit(pages: int) -> None:
        with store.engines.writer.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def write(tx: SqlTransaction) -> None:
        version = make.version(ground.prompt.id, 1, message="x" * 1_000_000)
        tx.record(make.change(ground.scope))
        tx.versions.insert(version)

    limit(sqlite_file.stat().st_size // 4096 + 2)
    with pytest.raises(Unavailable):
        store.write_now(write)
    assert store.read_now(lambda tx: tx.versions.of_prompt(ground.prompt.id, None, ())) == []
    assert check_log(store) == []
    limit(1_000_000)
    store.write_now(write)
    assert len(check_log(store)) == 1


def test_a_damaged_file_is_an_outage_and_never_a_wrong_answer(sqlite_file: Path) -> None:
    org = make.organization()
    with contextlib.closing(SqlStore.open(sqlite_file)) as store:
        store.write_now(lambda tx: tx.organizations.insert(org))
    content = bytearray(sqlite_file.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    sqlite_file.write_bytes(content)
    with contextlib.closing(SqlStore.open(sqlite_file)) as damaged, pytest.raises(Unavailable):
        damaged.read_now(lambda tx: tx.organizations.get(org.id))


def test_a_file_that_may_only_be_read_is_read(sqlite_file: Path, sqlite_store: SqlStore) -> None:
    ground = sqlite_store.write_now(Ground)
    url = f"sqlite:///file:{sqlite_file}?mode=ro&uri=true"
    with contextlib.closing(SqlStore.open(url)) as read_only:
        assert read_only.read_now(lambda tx: tx.prompts.get(ground.prompt.id)) == ground.prompt
        with pytest.raises(Unavailable):
            read_only.write_now(lambda tx: add_prompt(tx, ground.scope, ground.team.id))
    assert check_log(sqlite_store) == []


def test_a_file_that_another_program_locks_is_an_outage(sqlite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", SHORT_MS)
    with contextlib.closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with contextlib.closing(SqlStore.open(sqlite_file)) as store, pytest.raises(Unavailable):
            store.write_now(lambda tx: tx.users.insert(make.user(), "hash"))


def test_a_connection_lost_in_the_middle_is_an_outage_and_the_next_one_works(postgres_url: str) -> None:
    store = SqlStore.open(postgres_url)
    ground = store.write_now(Ground)

    def lose(tx: SqlTransaction) -> None:
        add_prompt(tx, ground.scope, ground.team.id)
        mine = tx.users._connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])

    with pytest.raises(Unavailable):
        store.write_now(lose)
    assert check_log(store) == []
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    store.write_now(lambda tx: add_prompt(tx, ground.scope, ground.team.id))
    assert len(check_log(store)) == 1
    store.close()


def test_a_server_that_is_not_there_is_an_outage(caplog: pytest.LogCaptureFixture) -> None:
    url = "postgresql://promptwire:a-secret@127.0.0.1:1/promptwire"
    with contextlib.closing(SqlStore.open(url)) as store:
        for run in (store.read_now, store.write_now):
            with pytest.raises(Unavailable):
                run(lambda tx: tx.users.exist())
    assert len(caplog.records) == 2
    for record in caplog.records:
        assert "\n" not in vars(record)["reason"]
        assert "a-secret" not in vars(record)["reason"]


@pytest.mark.parametrize("options", ["", "&options=-c statement_timeout=50"])
def test_a_statement_that_takes_too_long_is_an_outage(postgres_url: str, options: str) -> None:
    with contextlib.closing(SqlStore.open(postgres_url + options)) as store:
        with store.engines.reader.connect() as connection:
            limit = connection.execute(text("SHOW statement_timeout")).scalar_one()
        assert limit == ("50ms" if options else "10s")
        if options:
            with pytest.raises(Unavailable):
                store.read_now(lambda tx: tx.users._connection.execute(text("SELECT pg_sleep(5)")))
