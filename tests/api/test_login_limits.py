"""Signing in fails only so often: 429 and whole seconds, for this address and account only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.answers import said
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess

LOGIN = "/v1/auth/login"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with the limits that it has unless it is told otherwise."""
    settings = {name: value for name, value in PRESETS.items() if name != "PROMPTWIRE_ADDRESS_LIMIT"}
    server = ServerProcess(tmp_path_factory.mktemp("strict"), **settings).wait_ready()
    yield server
    assert server.stop() == 0, server.errors


def test_wrong_passwords_are_limited_and_right_ones_are_not(strict: ServerProcess) -> None:
    right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    with strict.client() as http:
        token = http.post(LOGIN, json=right).json()["token"]
        wrong = right | {"password": "Wrong-Horse-1"}
        claims = [{"X-Forwarded-For": f"192.0.2.{number}"} for number in range(11)]  # nobody is believed
        answers = [http.post(LOGIN, json=wrong, headers=claim) for claim in claims]
        assert [one.status_code for one in answers] == [401] * 10 + [429]
        refused = answers[-1]
        assert refused.headers["retry-after"].isdigit()
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["error"].startswith("too many requests: try again in ")
        assert http.post(LOGIN, json=right).status_code == 429
        assert said(http.post(LOGIN, json={"email": 7})) == (400, "invalid request body")
        assert http.get("/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_an_address_that_fails_everywhere_waits_everywhere(strict: ServerProcess) -> None:
    with strict.client() as http:
        bodies = [{"email": f"p{number}@example.com", "password": "Wrong-Horse-1"} for number in range(31)]
        answers = [http.post(LOGIN, json=body).status_code for body in bodies]
        reset = {"code": "ABCD", "new_password": "Another-Horse-1"}
        assert answers[-1] == 429
        assert http.post("/v1/auth/password-reset/reset", json=reset).status_code == 429
        assert http.post("/v1/auth/password-reset/trigger", json={"email": "a@b.co"}).status_code == 429
        assert http.get("/v1/health").status_code == 200
