"""The operator proves on the server's machine, while the server runs, that the change log is what it was."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import new_database
from promptwire.storage.store import SqlStore
from support.change_log import documented_check, documented_hash
from support.commands import promptwire, refused
from support.server import PRESETS, ServerProcess
from support.world import World


@pytest.fixture(scope="module")
def own(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """Give a server whose log may be tampered with."""
    data = tmp_path_factory.mktemp("audit")
    database = new_database(engine, request, data)
    server = ServerProcess(data, "--database", database, **PRESETS).wait_ready()
    server.database = database
    yield server
    server.kill()


class Machine:
    """The server's machine: its store, and a data directory for the key."""

    def __init__(self, server: ServerProcess, data: Path) -> None:
        self.options = ("--database", server.database, "--data", str(data))
        self.data = data
        self.key = data / "audit-key.pem"

    def says(self, *arguments: str) -> str:
        ended = promptwire("audit", *arguments, *self.options)
        assert ended.returncode == 0, ended
        return ended.stdout + ended.stderr

    def refuses(self, *arguments: str) -> str:
        return refused("audit", *arguments, *self.options)

    def checkpoint(self, name: str) -> Path:
        out = self.data / name
        self.says("checkpoint", "--out", str(out))
        return out


@pytest.fixture
def machine(own: ServerProcess, tmp_path: Path) -> Machine:
    return Machine(own, tmp_path)


def write(server: ServerProcess) -> None:
    store = SqlStore.open(server.database)
    world = World(server, store)
    world.prompt(world.person("admin", "owner").http, "Hello")
    world.close()
    store.close()


def tamper(server: ServerProcess, statement: str) -> None:
    store = SqlStore.open(server.database)
    with store.engines.writer.begin() as connection:
        connection.execute(text(statement))
    store.close()


def test_a_log_extends_its_checkpoint_until_somebody_tampers_with_it(own: ServerProcess, machine: Machine) -> None:
    write(own)
    checkpoint = machine.checkpoint("one.json")
    seq = json.loads(checkpoint.read_text())["seq"]
    write(own)
    said = machine.says("verify", "--since", str(checkpoint))
    assert said.startswith("The change log is whole: ")
    assert f", after entry {seq}." in said

    tamper(own, "UPDATE changes SET reason = 'because' WHERE seq = 3")
    for command in (("verify",), ("verify", "--since", str(checkpoint)), ("checkpoint",)):
        line = machine.refuses(*command)
        assert line.startswith("promptwire: the change log is not what it was: entry 3: what revision ")
        assert line.endswith(" says does not fit its hash")
    tamper(own, "UPDATE changes SET reason = NULL WHERE seq = 3")
    assert machine.says("verify") == "".join(said.splitlines(keepends=True)[:2])


def test_the_key_is_made_once_for_its_owner_only_and_nothing_is_written_over(machine: Machine) -> None:
    first = json.loads(machine.checkpoint("one.json").read_text())
    assert stat.S_IMODE(machine.key.stat().st_mode) == 0o600
    second = json.loads(machine.checkpoint("two.json").read_text())
    assert first["public_key"] == second["public_key"]
    line = machine.refuses("checkpoint", "--out", str(machine.data / "one.json"))
    assert line == f"promptwire: {machine.data / 'one.json'} cannot be made: File exists"


def test_only_the_key_that_is_trusted_counts(machine: Machine, tmp_path: Path) -> None:
    ours = machine.checkpoint("one.json")
    public_key = json.loads(ours.read_text())["public_key"]
    other = tmp_path / "other.pem"
    forged = tmp_path / "forged.json"
    machine.says("checkpoint", "--key", str(other), "--out", str(forged))
    assert "is signed with the key " in machine.refuses("verify", "--since", str(forged))
    assert "not with " + public_key in machine.refuses("verify", "--since", str(forged), "--public-key", public_key)

    changed = tmp_path / "changed.json"
    changed.write_text(ours.read_text().replace('"seq": ', '"seq": 1'))
    assert machine.refuses("verify", "--since", str(changed)) == (
        "promptwire: the checkpoint was changed after it was signed: its signature does not fit"
    )
    machine.key.unlink()
    assert "name the --public-key" in machine.refuses("verify", "--since", str(ours))
    machine.says("verify", "--since", str(ours), "--public-key", public_key.upper())


def test_an_export_is_checked_by_the_documented_lines(own: ServerProcess, machine: Machine) -> None:
    write(own)
    out, of_org = machine.data / "log.jsonl", machine.data / "org.jsonl"
    machine.says("export", "--out", str(out))
    checkpoint = machine.checkpoint("one.json")
    logs = [json.loads(line) for line in out.read_text().splitlines()]
    assert [log["seq"] for log in logs] == list(range(1, len(logs) + 1))
    entry_hash = documented_hash()
    assert [entry_hash(log) for log in logs] == [log["hash"] for log in logs]
    hashes = "".join(f"{log['hash']}\n" for log in logs)
    assert sha256(hashes.encode()).hexdigest() == json.loads(checkpoint.read_text())["log_hash"]
    assert documented_check(str(out), str(checkpoint)) == "whole"

    org_id = next(log["org_id"] for log in reversed(logs) if log["org_id"])
    of_org.write_text(machine.says("export", "--org", org_id))
    part = [json.loads(line) for line in of_org.read_text().splitlines()]
    assert [log["hash"] for log in part] == [log["hash"] for log in logs if log["scope"] == f"org:{org_id}"]
    assert "seq" not in part[0]
    assert documented_check(str(of_org), str(checkpoint)) == "whole"
    of_org.write_text("".join(of_org.read_text().splitlines(keepends=True)[:-1]))
    assert documented_check(str(of_org), str(checkpoint)) == f"org:{org_id} is not what it was at the checkpoint"
    assert machine.refuses("export", "--org", "Nobody Inc") == "promptwire: organization not found"


@pytest.mark.parametrize("command", [("verify",), ("checkpoint",), ("export",)], ids=str)
def test_where_there_is_no_store_there_is_none_afterwards(tmp_path: Path, command: tuple[str, ...]) -> None:
    line = refused("audit", *command, cwd=tmp_path)
    assert line == "promptwire: there is no store at data/promptwire.db: name its --data or --database"
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_release_is_left_as_it_is(machine: Machine, own: ServerProcess) -> None:
    store = SqlStore.open(own.database)
    with store.engines.writer.begin() as connection:
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        line = machine.refuses("verify")
    finally:
        with store.engines.writer.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
        store.close()
    assert line.startswith(f"promptwire: the database is at revision 0001, and this release reads {newest}: ")
