"""Servers where anybody registers, and where the first to register becomes the administrator."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import new_database
from support.answers import said
from support.mailbox import Mailbox
from support.server import PRESETS, ServerProcess

ADA = {"email": "ada@example.com", "password": "Correct-Horse-1"}
REGISTER, LOGIN, VERIFY = "/v1/auth/register", "/v1/auth/login", "/v1/auth/verify-email"


@pytest.fixture(scope="module")
def open_server(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server that is empty at first, and open to anybody."""
    settings = PRESETS | {"PROMPTWIRE_SIGN_UP": "open", "PROMPTWIRE_BOOTSTRAP": "off"}
    data = tmp_path_factory.mktemp("open")
    database = new_database(engine, request, data)
    server = ServerProcess(data, "--database", database, **settings).wait_ready()
    yield server
    assert server.stop() == 0, server.errors
    assert "request failed" not in server.errors


def test_the_first_of_many_becomes_the_administrator_and_the_others_wait_for_mail(open_server: ServerProcess) -> None:
    assert open_server.output == f"Promptwire is ready at {open_server.url}\n"
    with open_server.client() as http, ThreadPoolExecutor(4) as pool:
        people = [{"email": f"p{number}@example.com", "password": "Correct-Horse-1"} for number in range(4)]
        answers = list(pool.map(lambda person: http.post(REGISTER, json=person), people))
        assert [one.status_code for one in answers] == [201] * 4
        users = [one.json()["user"] for one in answers]
        [first] = [user for user in users if user["is_admin"]]
        assert [user["is_verified"] for user in users].count(True) == 1
        answer = http.post(LOGIN, json={"email": first["email"], "password": "Correct-Horse-1"})
        signed_in = {"Authorization": f"Bearer {answer.json()['token']}"}
        [org] = http.get("/v1/me/orgs", headers=signed_in).json()["organizations"]
        [team] = http.get("/v1/me/teams", headers=signed_in).json()["teams"]
        assert (org["name"], org["org_role"], team["name"]) == ("Default Org", "owner", "Default Team")


def test_anybody_registers_and_is_there_once_the_code_comes_back(open_server: ServerProcess) -> None:
    with open_server.client() as http:
        http.post(REGISTER, json=ADA | {"email": "root@example.com"})
        answer = http.post(REGISTER, json=ADA)
        user = answer.json()["user"]
        assert answer.status_code == 201
        assert set(user) == {"id", "email", "is_admin", "is_verified", "created_at"}
        assert (user["email"], user["is_admin"], user["is_verified"]) == (ADA["email"], False, False)
        assert said(http.post(LOGIN, json=ADA)) == (401, "invalid credentials")
        code = Mailbox(open_server.data, ADA["email"]).code()
        body = {"email": ADA["email"], "code": code}
        assert http.post(VERIFY, json=body).json() == {"message": "email verified successfully"}
        assert http.post(VERIFY, json=body).json() == {"message": "user is already verified"}
        signed_in = http.post(LOGIN, json=ADA).json()
        assert (signed_in["user"]["id"], signed_in["user"]["is_verified"]) == (user["id"], True)
        headers = {"Authorization": f"Bearer {signed_in['token']}"}
        assert http.get("/v1/me/orgs", headers=headers).json() == {"organizations": []}
        taken = http.post(REGISTER, json=ADA | {"password": "Another-Horse-1"})
        assert (taken.status_code, set(taken.json()["user"])) == (201, set(user))
        assert taken.json()["user"]["id"] != user["id"]
        assert "account" in Mailbox(open_server.data, ADA["email"]).newest(2)
        assert said(http.post(LOGIN, json=ADA | {"password": "Another-Horse-1"})) == (401, "invalid credentials")


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"email": "nobody"}, (400, "invalid email format")),
        ({"email": ""}, (400, "email and password are required")),
        ({"password": "short"}, (400, "password must be at least 8 characters")),
        ({"password": 7}, (400, "invalid request body")),
        (
            {"team_id": "7f0e2a30-0000-4000-8000-000000000000", "email": "team@example.com"},
            (403, "only admins can register users with a team_id"),
        ),
    ],
)
def test_what_cannot_be_registered(
    open_server: ServerProcess, fields: dict[str, object], answer: tuple[int, str]
) -> None:
    with open_server.client() as http:
        http.post(REGISTER, json=ADA | {"email": "root@example.com"})
        assert (
            said(http.post(REGISTER, json={"email": "eve@example.com", "password": "Correct-Horse-1"} | fields))
            == answer
        )


def test_a_mailbox_is_not_flooded(open_server: ServerProcess) -> None:
    with open_server.client() as http:
        answers = [http.get(VERIFY, params={"email": "flood@example.com"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
