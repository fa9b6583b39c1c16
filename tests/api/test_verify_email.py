"""`/v1/auth/verify-email` (contracts/px0.md 1.9): nobody learns who is registered."""

from __future__ import annotations

import json

import pytest

from support.answers import said
from support.mailbox import Mailbox
from support.world import World

PATH = "/v1/auth/verify-email"
SENT = {"message": "verification email sent successfully"}
WRONG = (400, "invalid verification code")


def test_an_unverified_person_is_mailed_a_code_and_verified_with_it(world: World) -> None:
    person = world.person(is_verified=False)
    email = person.user.email
    http = world.http(None)
    assert (http.get(PATH, params={"email": email.upper()}).json()) == SENT
    code = Mailbox(world.server.data, email).code()
    assert said(person.http.get("/v1/auth/me")) == (403, "user is not verified")
    answer = http.post(PATH, json={"email": email, "code": code})
    assert (answer.status_code, answer.json()) == (200, {"message": "email verified successfully"})
    assert person.http.get("/v1/auth/me").json()["user"]["is_verified"] is True
    assert said(http.post(PATH, json={"email": email, "code": code})) == WRONG


def test_whatever_the_address_the_answer_is_the_same(world: World) -> None:
    http, verified = world.http(None), world.person().user.email
    for email in (verified, f"nobody-{world.org.id}@example.com", "no address", "ä@example.com", "nul\0@example.com"):
        answer = http.get(PATH, params={"email": email})
        assert (answer.status_code, answer.json()) == (200, SENT)
        assert said(http.post(PATH, json={"email": email, "code": "ABCD-EFGH"})) == WRONG
    assert Mailbox(world.server.data, verified).all() == []


@pytest.mark.parametrize("query", ["", "?email=", "?mail=ada@example.com"])
def test_an_address_is_needed(world: World, query: str) -> None:
    assert said(world.http(None).get(PATH + query)) == (400, "email is required")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "email and code are required"),
        ({"email": "ada@example.com"}, "email and code are required"),
        ({"code": "ABCD"}, "email and code are required"),
        ({"email": None, "code": None}, "email and code are required"),
        ({"email": 7, "code": "x"}, "invalid request body"),
        ([], "invalid request body"),
        ({"email": "ada@example.com", "code": "x" * 100_000}, "invalid verification code"),
        ({"email": "ada@example.com", "code": "nul\0"}, "invalid verification code"),
        ({"email": "ada@example.com", "code": "\ud800"}, "invalid verification code"),
    ],
)
def test_what_verifies_nothing(world: World, body: object, words: str) -> None:
    answer = world.http(None).post(PATH, content=_json(body), headers={"Content-Type": "application/json"})
    assert said(answer) == (400, words)


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize("operation", ["read_render", "all", "admin"])
def test_a_credential_does_not_matter(world: World, operation: str) -> None:
    for token in (world.key(operation), "sess_" + "0" * 64, world.person().token):
        assert world.http(token).get(PATH, params={"email": f"{world.team.id}@example.com"}).status_code == 200
        assert said(world.http(token).post(PATH, json={"email": "a@b.co", "code": "x"})) == WRONG
