"""Connections are what the store counts on, whatever the path; what is no database URL is refused in one line."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from sqlalchemy import text

from promptwire.domain.errors import InvalidInput
from promptwire.storage.engines import BUSY_TIMEOUT_MS, open_engines
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from support import make

SQLITE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": BUSY_TIMEOUT_MS,
}
POSTGRESQL = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "server_encoding": "UTF8",
}


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_every_connection_has_the_settings_the_store_counts_on(engine: str, store: SqlStore, role: str) -> None:
    of_role = store.engines.reader if role == "reader" else store.engines.writer
    size = store.engines.readers if role == "reader" else store.engines.writers
    with contextlib.ExitStack() as stack:
        for _ in range(size):
            connection = stack.enter_context(of_role.connect())
            if engine == "sqlite":
                found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SQLITE}
                assert found == SQLITE
                assert connection.exec_driver_sql("PRAGMA query_only").scalar() == (role == "reader")
            else:
                found = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in POSTGRESQL}
                assert found == POSTGRESQL
                level = connection.execute(text("SHOW transaction_isolation")).scalar()
                assert level == ("repeatable read" if role == "reader" else "read committed")
                read_only = connection.execute(text("SHOW transaction_read_only")).scalar()
                assert read_only == ("on" if role == "reader" else "off")
            connection.rollback()


def test_a_store_says_which_database_it_is_without_the_password() -> None:
    engines = open_engines("postgresql://ada:a-secret@db.example.com:5433/prompts?sslmode=require")
    assert engines.name == "postgresql://ada@db.example.com:5433/prompts"
    assert not engines.is_sqlite
    assert engines.file is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://ada:a-secret@host/name",
        "postgresql://ada:a-secret@host:port/name",
        "a-secret://",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a-secret.db?cache=shared",
    ],
)
def test_what_is_no_database_is_refused_in_one_line_without_secrets(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        open_engines(url)
    assert caught.value.field == "database"
    assert "\n" not in str(caught.value)
    assert "a-secret" not in str(caught.value) or url == "a-secret://"


@pytest.mark.parametrize("name", ["a b", "50%", "%20", "what?", "no#1", "a&b=c", "é😀", "file:x", ":memory:", "a:b@c"])
def test_a_directory_of_any_name_holds_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    directory = Path(name)
    directory.mkdir()
    user = make.user()
    for _ in range(2):
        with contextlib.closing(SqlStore.open(directory / "promptwire.db")) as store:
            migrate(store.engines)
            if not store.read_now(lambda tx: tx.users.exist()):
                store.write_now(lambda tx: tx.users.insert(user, "hash"))
    assert [one.name for one in tmp_path.rglob("*")] == [name, "promptwire.db"]


def test_the_files_of_a_store_are_its_owners_only(tmp_path: Path) -> None:
    with contextlib.closing(SqlStore.open(tmp_path / "promptwire.db")) as store:
        migrate(store.engines)
        store.write_now(lambda tx: tx.users.insert(make.user(), "hash"))
        modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
    assert modes == dict.fromkeys(["promptwire.db", "promptwire.db-wal", "promptwire.db-shm"], 0o600)
