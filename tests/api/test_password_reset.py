"""`/v1/auth/password-reset` (contracts/px0.md 1.9): a code by mail, once, and nobody learns who is registered."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from support.answers import newest, said
from support.mailbox import Mailbox
from support.world import World

TRIGGER, RESET = "/v1/auth/password-reset/trigger", "/v1/auth/password-reset/reset"
SENT = {"message": "password reset email sent successfully"}
OLD, NEW = "Correct-Horse-1", "Another-Horse-1"
WRONG = (400, "invalid or expired password reset code")
WEAK = "password must contain at least one uppercase letter, one lowercase letter, one digit, and one special character"


def register(world: World) -> str:
    """Register somebody; gives the address."""
    email = f"{uuid4().hex}@example.com"
    http = world.person(is_admin=True).http
    assert http.post("/v1/auth/register", json={"email": email, "password": OLD}).status_code == 201
    return email


def sign_in(world: World, email: str, password: str) -> Any:
    return world.http(None).post("/v1/auth/login", json={"email": email, "password": password}).json().get("token")


@pytest.mark.parametrize("names_address", [False, True])
def test_a_code_from_the_mail_sets_a_password_once_and_ends_every_session(world: World, *, names_address: bool) -> None:
    email = register(world)
    session = world.http(sign_in(world, email, OLD))
    http = world.http(None)
    answer = http.post(TRIGGER, json={"email": email.upper()})
    assert (answer.status_code, answer.json()) == (200, SENT)
    code = Mailbox(world.server.data, email).code()
    body = {"code": code, "new_password": NEW} | ({"email": email.upper()} if names_address else {})
    answer = http.post(RESET, json=body)
    assert (answer.status_code, answer.json()) == (200, {"message": "password reset successfully", "email": email})
    assert said(session.get("/v1/auth/me")) == (401, "unauthorized")
    assert sign_in(world, email, OLD) is None
    assert sign_in(world, email, NEW)
    assert said(http.post(RESET, json=body)) == WRONG
    change = newest(world, "user.password_reset").change
    assert change.subject_id == change.object_id
    assert "code" in Mailbox(world.server.data, email).all()[0].get_content()
    assert "changed" in Mailbox(world.server.data, email).newest(2)


def test_a_newer_code_replaces_an_older_one(world: World) -> None:
    email, http = register(world), world.http(None)
    box = Mailbox(world.server.data, email)
    codes = []
    for count in (1, 2):
        http.post(TRIGGER, json={"email": email})
        codes.append(box.code(count))
    assert said(http.post(RESET, json={"code": codes[0], "new_password": NEW})) == WRONG
    assert http.post(RESET, json={"code": codes[1], "new_password": NEW}).status_code == 200


def test_an_address_of_somebody_else_beside_the_code_is_wrong(world: World) -> None:
    email, other, http = register(world), register(world), world.http(None)
    http.post(TRIGGER, json={"email": email})
    code = Mailbox(world.server.data, email).code()
    assert said(http.post(RESET, json={"code": code, "new_password": NEW, "email": other})) == WRONG
    assert http.post(RESET, json={"code": code.lower(), "new_password": NEW}).status_code == 200


def test_whatever_the_address_the_answer_is_the_same(world: World) -> None:
    http = world.http(None)
    for email in (register(world), f"{uuid4().hex}@example.com", "no address", "nul\0@example.com"):
        answer = http.post(TRIGGER, json={"email": email})
        assert (answer.status_code, answer.json()) == (200, SENT)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (TRIGGER, {}, "email is required"),
        (TRIGGER, {"email": None}, "email is required"),
        (TRIGGER, {"email": 7}, "invalid request body"),
        (TRIGGER, [], "invalid request body"),
        (RESET, {}, "code and new_password are required"),
        (RESET, {"code": "x"}, "code and new_password are required"),
        (RESET, {"new_password": NEW}, "code and new_password are required"),
        (RESET, {"code": "x", "new_password": "Aa1!aaa"}, "password must be at least 8 characters"),
        (RESET, {"code": "x", "new_password": "aaaaaaaa"}, WEAK),
        (RESET, {"code": "x", "new_password": NEW}, WRONG[1]),
        (RESET, {"code": "nul\0", "new_password": NEW, "email": "nul\0@example.com"}, WRONG[1]),
        (RESET, {"code": {}, "new_password": NEW}, "invalid request body"),
    ],
)
def test_what_resets_nothing(world: World, path: str, body: object, words: str) -> None:
    assert said(world.http(None).post(path, json=body)) == (400, words)
