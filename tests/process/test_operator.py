"""Who lost a password or a key gets another one on the server's machine, while the server runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import new_database
from promptwire.storage.store import SqlStore
from support.commands import promptwire, refused
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess
from support.waiting import eventually
from support.world import World


def sign_in(client: httpx.Client, email: str, password: str) -> httpx.Response:
    return client.post("/v1/auth/login", json={"email": email, "password": password})


@pytest.fixture(scope="module")
def own(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """Give a server whose administrator may lose a password; of what other tests share, nothing may."""
    data = tmp_path_factory.mktemp("operator")
    database = new_database(engine, request, data)
    server = ServerProcess(data, "--database", database, **PRESETS).wait_ready()
    server.database = database
    yield server
    server.kill()


def test_a_reset_password_is_printed_once_and_ends_every_session(own: ServerProcess) -> None:
    with own.client() as client:
        tokens = [sign_in(client, ADMIN_EMAIL, ADMIN_PASSWORD).json()["token"] for _ in range(2)]
        for token in tokens:
            assert client.get("/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200

        ended = promptwire("admin", "reset-password", ADMIN_EMAIL.upper(), "--database", own.database)
        assert (ended.returncode, ended.stderr) == (0, "")
        line = ended.stdout.strip()
        assert line.startswith(f"New password of {ADMIN_EMAIL.upper()}: ")
        password = line.rpartition(" ")[2]

        for token in tokens:
            assert client.get("/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
        assert sign_in(client, ADMIN_EMAIL, ADMIN_PASSWORD).status_code == 401
        assert sign_in(client, ADMIN_EMAIL, password).status_code == 200
    assert password not in own.errors


def test_a_new_key_works_at_once(own: ServerProcess) -> None:
    ended = promptwire("keys", "create", "--local", "--name", "lost", "--database", own.database)
    assert (ended.returncode, ended.stderr) == (0, "")
    with own.client(ended.stdout.strip()) as client:
        answer = client.post("/v1/prompts/greeting/render", json={"variables": {"name": "Ada"}})
        assert answer.status_code == 200
    assert ended.stdout.count("\n") == 1


def test_somebody_administers_the_instance_and_no_more(own: ServerProcess) -> None:
    def admin(*arguments: str) -> str:
        ended = promptwire("admin", *arguments, "--database", own.database)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    with contextlib.closing(SqlStore.open(own.database)) as store:
        world = World(own, store)
        person = world.person("editor")
        assert person.http.get("/v1/instance/settings").status_code == 403
        for _ in range(2):
            assert admin("grant", person.user.email) == f"{person.user.email} administers the instance.\n"
        eventually(lambda: person.http.get("/v1/instance/settings").status_code == 200)
        assert admin("revoke", person.user.email) == f"{person.user.email} does not administer the instance.\n"
        eventually(lambda: person.http.get("/v1/instance/settings").status_code == 403)
        log = [
            (one.change.before, one.change.after)
            for one in store.read_now(lambda tx: tx.changes.after(0, 1000))
            if one.change.action == "user.updated"
        ]
        assert [(before["is_admin"], after["is_admin"]) for before, after in log] == [(False, True), (True, False)]
        world.close()
    line = refused("admin", "revoke", ADMIN_EMAIL, "--database", own.database)
    assert line == "promptwire: the last administrator of the instance stays: give somebody else that role first"
    assert refused("admin", "grant", "nobody@example.com", "--database", own.database) == "promptwire: user not found"


def test_who_is_nobody_gets_no_password(own: ServerProcess) -> None:
    line = refused("admin", "reset-password", "nobody@example.com", "--database", own.database)
    assert line == "promptwire: user not found"


def test_keys_are_made_here_only_when_asked(own: ServerProcess) -> None:
    assert "--local" in refused("keys", "create", "--database", own.database)


@pytest.mark.parametrize(
    "command", [("admin", "reset-password", "root@example.com"), ("keys", "create", "--local")], ids=str
)
def test_where_there_is_no_store_there_is_none_afterwards(tmp_path: Path, command: tuple[str, ...]) -> None:
    line = refused(*command, cwd=tmp_path)
    assert line == "promptwire: there is no store at data/promptwire.db: name its --data or --database"
    assert list(tmp_path.iterdir()) == []
