"""Hashing a password is slow on purpose: nobody may make the server do it who has no right to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from promptwire.integrations.passwords import Argon2Passwords
from promptwire.ports.storage import Transaction
from promptwire.server.app import create_app
from promptwire.server.local import open_store
from promptwire.settings import ServerSettings
from promptwire.storage.store import SqlStore
from support.started import PRESET, started

ROOT = {"email": PRESET.email, "password": PRESET.password}
SOMEBODY = {"email": "somebody@example.com", "password": "Correct-Horse-1"}


class CountingPasswords(Argon2Passwords):
    """Counts what it is asked, and is quick."""

    def __init__(self) -> None:
        super().__init__()
        self.hashed: list[str] = []
        self.verified: list[str | None] = []

    async def hash(self, password: str) -> str:
        self.hashed.append(password)
        return f"hash of {password}"

    async def verify(self, password_hash: str | None, password: str) -> bool:
        self.verified.append(password_hash)
        return password_hash == f"hash of {password}"


class Server:
    """The application of a server in this process."""

    def __init__(self, store: SqlStore, settings: ServerSettings) -> None:
        self.passwords = CountingPasswords()
        self.store = store
        self._app = create_app(settings, store, self.passwords)

    def post(self, path: str, body: dict[str, str], token: str | None = None) -> httpx.Response:
        async def call() -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://server", headers=headers) as http:
                return await http.post(path, json=body)

        return asyncio.run(call())

    def token(self) -> str:
        answer = self.post("/v1/auth/login", ROOT)
        assert answer.status_code == 200
        token: str = answer.json()["token"]
        return token


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Server]:
    settings = ServerSettings.given({"data": tmp_path})
    store = open_store(settings)
    started(store, f"hash of {ROOT['password']}")
    yield Server(store, settings)
    store.close()


@pytest.mark.parametrize("token", [None, "sess_" + "0" * 64, PRESET.key])
def test_nothing_is_hashed_for_who_may_not_register(counted: Server, token: str | None) -> None:
    assert counted.post("/v1/auth/register", SOMEBODY, token).status_code in {401, 403}
    assert counted.passwords.hashed == []


def test_nothing_is_hashed_for_who_is_no_administrator(counted: Server) -> None:
    assert counted.post("/v1/auth/register", SOMEBODY, counted.token()).status_code == 201
    token = counted.post("/v1/auth/login", SOMEBODY).json()["token"]
    other = {"email": "other@example.com", "password": "Correct-Horse-1"}
    assert counted.post("/v1/auth/register", other, token).status_code == 403
    assert counted.passwords.hashed == [SOMEBODY["password"]]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"password": "short"}, 400),
        ({"email": "nobody"}, 400),
        ({"team_id": "7f0e2a30-0000-4000-8000-000000000000"}, 404),
        ({"email": "ROOT@example.com"}, 409),
    ],
)
def test_nothing_is_hashed_that_cannot_be_registered(counted: Server, fields: dict[str, str], status: int) -> None:
    assert counted.post("/v1/auth/register", SOMEBODY | fields, counted.token()).status_code == status
    assert counted.passwords.hashed == []


def test_an_unknown_address_costs_what_a_known_one_costs(counted: Server) -> None:
    for email in ("nobody@example.com", "no address", "", "root@example.com"):
        answer = counted.post("/v1/auth/login", {"email": email, "password": "Wrong-Horse-1"})
        assert answer.json() == {"error": "invalid credentials", "code": "invalid_credentials"}
    assert counted.passwords.verified == [None, None, None, "hash of Correct-Horse-1"]


def test_a_password_that_changes_while_it_is_compared_signs_nobody_in(
    counted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def verify(_hash: str | None, _password: str) -> bool:
        def change(tx: Transaction) -> None:
            user = tx.users.by_email(ROOT["email"])
            assert user
            tx.users.set_password(user.id, "hash of another")

        await counted.store.write(change)
        return True

    monkeypatch.setattr(counted.passwords, "verify", verify)
    assert counted.post("/v1/auth/login", ROOT).status_code == 401


def test_rights_that_end_while_the_password_is_hashed_register_nobody(
    counted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = counted.token()

    async def end_sessions(_password: str) -> str:
        def work(tx: Transaction) -> None:
            user = tx.users.by_email(ROOT["email"])
            assert user
            tx.sessions.delete_of_user(user.id)

        await counted.store.write(work)
        return "hash"

    monkeypatch.setattr(counted.passwords, "hash", end_sessions)
    assert counted.post("/v1/auth/register", SOMEBODY, token).status_code == 401
    assert counted.store.read_now(lambda tx: tx.users.by_email(SOMEBODY["email"])) is None
