"""A running store is copied to a file and restored elsewhere: whole, and every application notices."""

from __future__ import annotations

import contextlib
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from scripts.postgres import chosen
from sqlalchemy import select, text

from conftest import new_database
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import store_meta
from support.commands import promptwire, refused
from support.postgres import Postgres
from support.server import API_KEY, PRESETS, ServerProcess, clean_environment
from support.story import check_store
from support.waiting import eventually

WRITERS = 3


class Writer(threading.Thread):
    """Writes versions and makes them live, until told to stop."""

    def __init__(self, server: ServerProcess, prompt_id: str) -> None:
        super().__init__()
        self.http = server.client(API_KEY)
        self.path = f"/v1/prompts/{prompt_id}/versions"
        self.acknowledged: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with contextlib.suppress(httpx.TransportError), self.http:
            while not self.enough.is_set():
                answer = self.http.post(self.path, json={"template": f"{self.name} {len(self.acknowledged)}"})
                assert answer.status_code == 201, answer.text
                number = answer.json()["version"]["version"]
                self.acknowledged.append(answer.headers["x-request-id"])
                live = self.http.post(f"{self.path}/{number}/promote", json={"to": "live"})
                assert live.status_code == 200, live.text
                self.acknowledged.append(live.headers["x-request-id"])


@pytest.fixture
def own(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    """Give a server with a store of its own."""
    (tmp_path / "first").mkdir()
    database = new_database(engine, request, tmp_path / "first")
    server = ServerProcess(tmp_path / "first", "--database", database, **PRESETS).wait_ready()
    server.database = database
    yield server
    if server.process.poll() is None:
        assert server.stop() == 0
    assert "request failed" not in server.errors, server.errors


@contextlib.contextmanager
def writers(server: ServerProcess) -> Iterator[list[Writer]]:
    """Have some write, each on a prompt of its own, and stop them at the end."""
    with server.client(API_KEY) as http:
        team = http.get("/v1/prompts/greeting").json()["prompt"]["team_id"]
        made = [http.post(f"/v1/teams/{team}/prompts", json={"name": f"p {at}"}).json() for at in range(WRITERS)]
    running = [Writer(server, one["prompt"]["id"]) for one in made]
    for one in running:
        one.start()
    try:
        yield running
    finally:
        for one in running:
            one.enough.set()
        for one in running:
            one.join(30)


def busy(running: list[Writer], more: int = 4) -> set[str]:
    """Wait until each has written more; gives what was acknowledged."""
    before = [len(one.acknowledged) for one in running]
    eventually(lambda: all(len(one.acknowledged) >= at + more for one, at in zip(running, before, strict=True)), 60)
    return {name for one in running for name in one.acknowledged}


def request_ids(store: SqlStore) -> set[str]:
    return {entry.change.request_id for entry in check_store(store)}


def epoch(database: str | Path) -> str:
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.reader.connect() as connection:
        found: str = connection.execute(select(store_meta.c.epoch)).scalar_one()
    return found


def succeeds(*arguments: str) -> str:
    ended = promptwire(*arguments)
    assert ended.returncode == 0, ended
    assert ended.stderr == ""
    return ended.stdout


def check_restored(database: str | Path, before: set[str], other: str) -> None:
    """A restored store has all that was acknowledged before the back-up began, is one story, and is another store."""
    with contextlib.closing(SqlStore.open(database)) as store:
        assert request_ids(store) >= before
        [last] = store.read_now(lambda tx: tx.changes.after(tx.changes.head().seq - 1, 1))
    assert last.change.action == "store.restored"
    assert last.change.before == {"id": other}
    assert last.change.after == {"id": epoch(database)}
    assert "The change log is whole" in succeeds("audit", "verify", "--database", str(database))


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_what_is_copied_under_load_is_restored_whole(
    own: ServerProcess, target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    file = tmp_path / "back-up.db"
    with writers(own) as running:
        before = busy(running)
        said = succeeds("backup", str(file), "--database", own.database)
        after = busy(running)
    assert "The change log is whole" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if "back-up" in one.name or one.name.startswith(".")] == [file.name]

    (tmp_path / "second").mkdir()
    place = new_database(target, request, tmp_path / "second")
    assert "Applications will start over" in succeeds("restore", str(file), "--database", place)
    check_restored(place, before, epoch(own.database))
    with contextlib.closing(SqlStore.open(own.database)) as store:
        assert request_ids(store) >= after, "the store itself goes on"
    server = ServerProcess(tmp_path / "second", "--database", place, **PRESETS).wait_ready()
    with server.client(API_KEY) as http:
        assert http.post("/v1/prompts/p_0/render", json={"variables": {}}).json()["rendered"].startswith("Thread-")
    assert server.stop() == 0


def test_pg_dump_and_pg_restore_under_load_and_a_renewed_epoch(postgres: Postgres, tmp_path: Path) -> None:
    """The commands are those of docs/howto/back-up.md."""
    database, place = postgres.new_database(), postgres.new_database()
    server = ServerProcess(tmp_path, "--database", database, **PRESETS).wait_ready()
    tools = chosen() / "bin"
    dump = tmp_path / "promptwire.dump"
    with writers(server) as running:
        before = busy(running)
        subprocess.run([tools / "pg_dump", "--format=custom", f"--file={dump}", database], check=True, timeout=60)
        busy(running)
    assert server.stop() == 0
    restore: list[str | Path] = [
        tools / "pg_restore",
        "--exit-on-error",
        "--no-owner",
        "--single-transaction",
        f"--dbname={place}",
        dump,
    ]
    subprocess.run(restore, check=True, timeout=60)
    assert epoch(place) == epoch(database)
    assert succeeds("admin", "renew-epoch", "--database", place) == "Every application will start over.\n"
    check_restored(place, before, epoch(database))


FOLLOWER = """
import sys
from promptwire import Promptwire

with Promptwire() as pw:
    said = None
    while True:
        text = pw.render("greeting", {})
        if text != said:
            print(text, flush=True)
            said = text
        if sys.stdin.readline() == "":
            break
"""


@pytest.mark.parametrize("mode", ["stream", "poll"])
def test_an_application_starts_over_when_the_store_went_back(own: ServerProcess, mode: str, tmp_path: Path) -> None:
    """A real process with the SDK: what it was told of after the back-up is not true any more."""
    file = tmp_path / "back-up.db"
    with own.client(API_KEY) as http:
        path = f"/v1/prompts/{http.get('/v1/prompts/greeting').json()['prompt']['id']}/versions"

        def live(words: str) -> None:
            number = http.post(path, json={"template": words}).json()["version"]["version"]
            assert http.post(f"{path}/{number}/promote", json={"to": "live"}).status_code == 200

        live("before the back-up")
        succeeds("backup", str(file), "--database", own.database)
        live("after the back-up")
        with application(own, mode, tmp_path) as says:
            assert says("after the back-up")
            server = put_back(own, file, tmp_path)
            assert says("before the back-up")
    with server.client(API_KEY) as http:
        live("after the restore")
        assert http.get("/v1/prompts/greeting/resolve").json()["version"] == 3
    assert server.stop() == 0


@contextlib.contextmanager
def application(server: ServerProcess, mode: str, folder: Path) -> Iterator[Callable[[str], bool]]:
    """Run an application; gives what tells whether it says something in time."""
    environment = clean_environment(
        PROMPTWIRE_URL=server.url,
        PROMPTWIRE_API_KEY=API_KEY,
        PROMPTWIRE_MODE=mode,
        PROMPTWIRE_REFRESH="0.2",
        PROMPTWIRE_CACHE_DIR=str(folder / "cache"),
    )
    with subprocess.Popen(
        [sys.executable, "-c", FOLLOWER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        output, stdin = process.stdout, process.stdin
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(iter(output.readline, "")), daemon=True)
        reader.start()

        def asked(words: str) -> bool:
            stdin.write("\n")
            stdin.flush()
            return bool(said) and said[-1].strip() == words

        def says(words: str) -> bool:
            eventually(lambda: asked(words), seconds=30)
            return True

        yield says
        stdin.close()
        assert process.wait(timeout=10) == 0
        reader.join(5)


def put_back(own: ServerProcess, file: Path, folder: Path) -> ServerProcess:
    """Stop the server, restore the store, and start another at the same address."""
    port = own.url.rpartition(":")[2]
    assert own.stop() == 0
    place = own.database
    if place.startswith("sqlite"):
        shutil.move(own.data, folder / "old")
        own.data.mkdir()
    else:
        empty_database(place)
    succeeds("restore", str(file), "--database", place)
    server = ServerProcess(own.data, "--database", place, "--port", port, **PRESETS).wait_ready()
    server.database = place
    return server


def empty_database(url: str) -> None:
    """Remove every table, as an operator does who restores in the same place."""
    with contextlib.closing(SqlStore.open(url)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def test_nothing_is_written_over_and_nothing_is_left_behind(own: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "there.db"
    file.write_text("mine")
    taken = f"promptwire: there is something at {file} already, and nothing is ever written over: name another"
    assert refused("backup", str(file), "--database", own.database) == taken
    assert file.read_text() == "mine"
    nowhere = tmp_path / "missing" / "back-up.db"
    line = refused("backup", str(nowhere), "--database", own.database)
    assert line == f"promptwire: nothing can be written to {nowhere.parent}: No such file or directory"
    line = refused("restore", str(file), "--database", own.database)
    assert "already" in line or "is not empty" in line, line
    with own.client(API_KEY) as http:
        assert http.get("/v1/prompts/greeting").status_code == 200
    assert {one.name for one in tmp_path.iterdir()} == {"there.db", "first"}


def test_what_is_no_back_up_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("Dear Ada, " * 1000)
    empty = tmp_path / "empty"
    empty.touch()
    place = ("--data", str(tmp_path / "data"))
    assert refused("restore", str(letter), *place) == f"promptwire: {letter} cannot be read: file is not a database"
    assert refused("restore", str(empty), *place) == f"promptwire: {empty} is no back-up of Promptwire"
    gone = tmp_path / "gone"
    assert refused("restore", str(gone), *place) == f"promptwire: {gone} cannot be read: No such file or directory"
    assert not (tmp_path / "data" / "promptwire.db").exists()
    assert refused("backup", str(tmp_path / "new"), *place) == (
        f"promptwire: there is no store at {tmp_path / 'data' / 'promptwire.db'}: name its --data or --database"
    )
    assert not (tmp_path / "new").exists()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Give a back-up."""
    server = ServerProcess(tmp_path / "first", **PRESETS).wait_ready()
    assert server.stop() == 0
    file = tmp_path / "back-up.db"
    succeeds("backup", str(file), "--data", str(tmp_path / "first"))
    return file


def test_a_log_that_was_tampered_with_is_restored_only_when_told_so(kept: Path, tmp_path: Path) -> None:
    with contextlib.closing(SqlStore.open(kept)) as store, store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE changes SET reason = 'because' WHERE seq = 3"))
    place = ("--data", str(tmp_path / "second"))
    line = refused("restore", str(kept), *place)
    assert "is not what it was: entry 3: what revision" in line
    assert "--even-if-broken" in line
    assert not (tmp_path / "second" / "promptwire.db").exists()
    ended = promptwire("restore", str(kept), "--even-if-broken", *place)
    assert ended.returncode == 0
    assert "entry 3" in ended.stderr


def test_a_damaged_back_up_is_refused(kept: Path, tmp_path: Path) -> None:
    content = bytearray(kept.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    kept.write_bytes(content)
    line = refused("restore", str(kept), "--data", str(tmp_path / "second"))
    assert "damaged" in line or "malformed" in line, line
    assert not (tmp_path / "second" / "promptwire.db").exists()


def test_what_sqlite_left_of_another_store_does_not_get_into_this_one(kept: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / "promptwire.db-wal").write_bytes(b"a log")
    line = refused("restore", str(kept), "--data", str(second))
    assert "move it away first, with the files beside it" in line


def test_only_what_was_restored_by_other_means_is_renewed_by_hand(tmp_path: Path) -> None:
    line = refused("admin", "renew-epoch", "--data", str(tmp_path))
    assert line == f"promptwire: there is no store at {tmp_path / 'promptwire.db'}: name its --data or --database"
