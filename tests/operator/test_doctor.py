"""`promptwire doctor` finds the usual mistakes, each provoked here for real, and says what to do about it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scripts.postgres import cluster
from sqlalchemy import text

from conftest import new_database
from promptwire.server.doctor import machine
from promptwire.server.doctor.machine import mounted_as
from promptwire.settings import ServerSettings
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from support.commands import promptwire
from support.server import API_KEY, PRESETS, ServerProcess


def told(*arguments: str, env: dict[str, str] | None = None) -> dict[str, list[tuple[str, str, str | None]]]:
    """Run it; gives state, words and remedy of each check."""
    ended = promptwire("doctor", "--json", *arguments, env=env)
    said = json.loads(ended.stdout)
    assert ended.stderr == ""
    assert said["well"] == (ended.returncode == 0) == all(one["state"] != "failed" for one in said["checks"])
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for one in said["checks"]:
        assert (one["remedy"] is None) == (one["state"] == "well")
        found.setdefault(one["about"], []).append((one["state"], one["says"], one["remedy"]))
    return found


def states(found: dict[str, list[tuple[str, str, str | None]]], about: str) -> list[str]:
    return [state for state, _, _ in found[about]]


def words(found: dict[str, list[tuple[str, str, str | None]]], about: str) -> str:
    return "; ".join(f"{says} -> {remedy}" for _, says, remedy in found[about])


def on(data: Path) -> tuple[str, ...]:
    return ("--data", str(data))


def test_a_new_place_is_well(tmp_path: Path) -> None:
    found = told(*on(tmp_path / "data"), env={"PROMPTWIRE_PORT": "0"})
    for about in ("data directory", "disk space", "port", "open files", "database", "public address"):
        assert states(found, about) == ["well"], found[about]
    assert not (tmp_path / "data").exists(), "it changes nothing"
    assert states(found, "mail") == ["warning"]


def test_the_store_of_a_running_server_is_well(server: ServerProcess) -> None:
    port = server.url.rpartition(":")[2]
    found = told("--database", server.database, *on(server.data), env={"PROMPTWIRE_PORT": port})
    assert states(found, "database") == ["well"]
    assert words(found, "port").startswith(f"Promptwire serves at 127.0.0.1:{port} now")


def test_people_read_it_too(tmp_path: Path) -> None:
    ended = promptwire("doctor", *on(tmp_path / "data"), env={"PROMPTWIRE_PORT": "0", "PROMPTWIRE_DATABSE": "x"})
    assert ended.returncode == 0
    assert "warning settings: PROMPTWIRE_DATABSE is no setting, and does nothing\n" in ended.stdout
    assert "-> did you mean PROMPTWIRE_DATABASE?\n" in ended.stdout
    assert "\x1b" not in ended.stdout


def test_settings_of_applications_and_files_are_known(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_text("Ada <ada@example.com>")
    known = {"PROMPTWIRE_URL": "http://x", "PROMPTWIRE_API_KEY": "k", "PROMPTWIRE_MAIL_FROM_FILE": str(file)}
    assert "settings" not in told(*on(tmp_path), env=known | {"PROMPTWIRE_PORT": "0"})


def test_a_data_directory_that_is_none_or_open_to_others(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = told(*on(tmp_path / "file"))
    assert words(found, "data directory").startswith(f"{tmp_path / 'file'} is no directory")
    (tmp_path / "open").mkdir(mode=0o755)
    found = told(*on(tmp_path / "open"))
    assert words(found, "data directory").endswith(f"chmod 700 {tmp_path / 'open'}")


def test_a_data_directory_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so the system's answer is put in."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    [found] = machine.data_directory(ServerSettings.given({"data": tmp_path}))
    assert (found.state.value, found.says) == ("failed", f"{tmp_path} cannot be written to by user {os.getuid()}")


@pytest.mark.parametrize(("free", "state"), [(5e9, "well"), (5e8, "warning"), (5e7, "failed")])
def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, state: str) -> None:
    class Usage:
        def __init__(self) -> None:
            self.free = free

    monkeypatch.setattr(machine, "disk_usage", lambda _: Usage())
    [found] = machine.disk_space(ServerSettings.given({"data": tmp_path}))
    assert found.state.value == state


MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
35 21 0:40 / /srv/shared rw,relatime shared:20 - nfs4 files:/export rw
36 35 0:41 / /srv/shared/local rw - xfs /dev/sdb1 rw
37 21 0:42 / /mnt/a\\040name rw - cifs //host/share rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/shared/data", "nfs4"),
        ("/srv/shared/local/data", "xfs"),
        ("/srv/sharedtoo", "ext4"),
        ("/mnt/a name/x", "cifs"),
    ],
)
def test_what_a_folder_is_on(folder: str, kind: str) -> None:
    assert mounted_as(Path(folder), MOUNTS.splitlines()) == kind


def test_sqlite_on_a_network_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("21 1 8:1 / / rw - nfs4 files:/export rw\n")
    monkeypatch.setattr(machine, "_MOUNTS", mounts)
    [found] = machine.file_system(ServerSettings.given({"data": tmp_path}))
    assert found.state.value == "failed"
    assert "a network file system (nfs4), on which SQLite loses data" in found.says
    assert list(machine.file_system(ServerSettings.given({"data": tmp_path, "database": "postgresql://x/y"}))) == []


def test_a_port_that_something_else_has(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = told(*on(tmp_path), env={"PROMPTWIRE_PORT": str(port)})
    assert words(found, "port").startswith(f"port {port} on 127.0.0.1 is in use")


def test_too_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
    [found] = machine.open_files(ServerSettings.given({"data": tmp_path}))
    assert found.says.startswith("a process may have 1024 files open")


@pytest.fixture
def migrated_database(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a migrated database."""
    database = new_database(engine, request, tmp_path)
    with contextlib.closing(SqlStore.open(database)) as store:
        migrate(store.engines)
    return database


def change(database: str, statement: str, **values: Any) -> None:
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.writer.begin() as connection:
        connection.execute(text(statement), values)


def test_the_tables_of_another_release(migrated_database: str) -> None:
    change(migrated_database, "UPDATE alembic_version SET version_num = '9999'")
    found = told("--database", migrated_database)
    assert states(found, "database") == ["failed"]
    assert "at revision 9999: it was made by a later release" in words(found, "database")
    change(migrated_database, "UPDATE alembic_version SET version_num = '0009'")
    found = told("--database", migrated_database)
    assert states(found, "database") == ["warning"]
    assert "is at revision 0009, and this release makes" in words(found, "database")


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    found = told("--database", "postgresql://ada:a-secret@127.0.0.1:1/name")
    assert states(found, "database") == ["failed"]
    assert "a-secret" not in words(found, "database")
    (tmp_path / "letter.db").write_text("Dear Ada, " * 1000)
    found = told("--database", f"sqlite:///{tmp_path / 'letter.db'}")
    assert "file is not a database" in words(found, "database")


def test_a_clock_that_is_off(server: ServerProcess, migrated_database: str) -> None:
    del server
    later = datetime.now(UTC) + timedelta(hours=1)
    at = later.replace(tzinfo=None) if migrated_database.startswith("sqlite") else later
    change(
        migrated_database,
        "INSERT INTO changes (seq, scope, revision, at, subject_kind, subject_id, action, object_kind, object_id, "
        "before, after, request_id, previous_hash, hash) "
        "VALUES (1, 'instance', 1, :at, 'system', 'x', 'x.y', 'x', 'x', '{}', '{}', 'x', 'x', 'x')",
        at=str(at) if migrated_database.startswith("sqlite") else at,
    )
    found = told("--database", migrated_database)
    assert "seconds from now: this clock, or that of another server, is off" in words(found, "clock")


@pytest.fixture(scope="module")
def careless() -> Iterator[str]:
    """Give a PostgreSQL with few connections, and that forgets what it was told."""
    with cluster() as one:
        one.start("max_connections=20")
        yield one.url


def test_too_many_workers_and_a_postgresql_that_forgets(careless: str) -> None:
    found = told("--database", careless, env={"PROMPTWIRE_WORKERS": "4"})
    says = "4 workers take 40 connections at most, of 17 that PostgreSQL allows"
    assert ("failed", says) in [one[:2] for one in found["connections"]]
    assert "fsync or synchronous_commit is off" in words(found, "PostgreSQL")
    assert states(found, "clock") == ["well"]
    assert states(found, "database") == ["well"], "an empty one"
    assert states(told("--database", careless), "connections") == ["well"]


@pytest.mark.parametrize(
    ("environment", "about", "state", "says"),
    [
        ({"PROMPTWIRE_HOST": "0.0.0.0"}, "public address", "warning", "set PROMPTWIRE_PUBLIC_URL"),  # noqa: S104
        ({"PROMPTWIRE_PUBLIC_URL": "http://prompts.example.com"}, "public address", "failed", "is not https"),
        ({"PROMPTWIRE_PUBLIC_URL": "https://prompts.example.com"}, "public address", "well", "browsers know it as"),
        ({"PROMPTWIRE_SMTP_URL": "smtp://127.0.0.1:1"}, "mail", "failed", "127.0.0.1:1 cannot be reached"),
        ({"PROMPTWIRE_MAIL_FROM": "nobody"}, "mail", "failed", "PROMPTWIRE_MAIL_FROM: must be an address"),
        ({"PROMPTWIRE_BOOTSTRAP_API_KEY": "k" * 16}, "first start", "failed", "it can be guessed"),
        ({"PROMPTWIRE_ADMIN_PASSWORD": "Correct-Horse-1"}, "first start", "warning", "in the environment still"),
        ({"PROMPTWIRE_SIGN_UP": "open", "PROMPTWIRE_HOST": "::"}, "sign-in", "warning", "anybody who can reach"),
        (
            {"PROMPTWIRE_OIDC_ISSUER": "http://login.example.com", "PROMPTWIRE_OIDC_CLIENT_ID": "x"},
            "sign-in",
            "failed",
            "is not https",
        ),
    ],
    ids=str,
)
def test_how_a_server_meets_the_world(
    tmp_path: Path, environment: dict[str, str], about: str, state: str, says: str
) -> None:
    found = told(*on(tmp_path), env={"PROMPTWIRE_PORT": "0"} | environment)
    assert state in states(found, about)
    assert says in words(found, about)


def test_mail_that_can_go_out_but_not_from_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mail:
        url = f"smtp://127.0.0.1:{mail.getsockname()[1]}"
        found = told(*on(tmp_path), env={"PROMPTWIRE_SMTP_URL": url})
        assert "which others refuse" in words(found, "mail")
        set_right = {"PROMPTWIRE_SMTP_URL": url, "PROMPTWIRE_MAIL_FROM": "Ada <ada@example.com>"}
        assert states(told(*on(tmp_path), env=set_right), "mail") == ["well"]


def client(url: str, *arguments: str, **more: str) -> dict[str, list[tuple[str, str, str | None]]]:
    environment = {"PROMPTWIRE_URL": url, "PROMPTWIRE_API_KEY": API_KEY, "PROMPTWIRE_CACHE_DIR": "off"} | more
    return told("--client", *arguments, env={name: value for name, value in environment.items() if value})


def test_an_application_that_can_have_prompts(server: ServerProcess, tmp_path: Path) -> None:
    found = client(server.url, "--prompt", "greeting", PROMPTWIRE_CACHE_DIR=str(tmp_path / "cache"))
    for about in ("settings", "cache directory", "server", "clock", "API key"):
        assert states(found, about) == ["well"], found[about]
    assert found["first prompt"][0][1].startswith("greeting, version 1, after ")
    assert not (tmp_path / "cache").exists(), "it changes nothing"


def test_what_keeps_an_application_from_its_prompts(server: ServerProcess, tmp_path: Path) -> None:
    assert "refused the connection" in words(client("http://127.0.0.1:1"), "server")
    assert "it must begin with http://" in words(client("ftp://x"), "settings")
    assert words(client(server.url, PROMPTWIRE_API_KEY=""), "API key").startswith("there is none")
    assert "the server does not take it: 401" in words(client(server.url, PROMPTWIRE_API_KEY="ak_x"), "API key")
    assert "there is no prompt" in words(client(server.url, "--prompt", "nothing"), "first prompt").lower()
    found = client(server.url)
    assert words(found, "cache directory").startswith("none: an application that starts while the server is away")
    (tmp_path / "file").touch()
    found = client(server.url, PROMPTWIRE_CACHE_DIR=str(tmp_path / "file" / "cache"))
    assert "cannot be written to" in words(found, "cache directory")


def test_something_else_at_the_servers_address(server: ServerProcess) -> None:
    """A path that a proxy would have to take away, for example."""
    assert "answers 404, and not as Promptwire does" in words(client(f"{server.url}/below"), "server")


def test_a_key_that_sees_nothing(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS).wait_ready()
    try:
        with server.client(API_KEY) as http:
            prompt = http.get("/v1/prompts/greeting").json()["prompt"]["id"]
            assert http.post(f"/v1/prompts/{prompt}/versions/1/archive").is_success
        found = client(server.url)
        assert "it sees no prompt" in words(found, "API key")
        assert "first prompt" not in found
    finally:
        server.stop()
