"""One's own account on `/v1` (contracts/px0.md 1.9): another address, another password; who may ask for what."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from support.answers import said
from support.mailbox import Mailbox
from support.world import Person, World

ME, PASSWORD = "/v1/auth/me", "/v1/auth/me/change-password"
OLD, NEW = "Correct-Horse-1", "Another-Horse-1"
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "updateMe": ("PUT", ME, {"email": "new@example.com"}),
    "changePassword": ("POST", PASSWORD, {"current_password": OLD, "new_password": NEW}),
    "listSessions": ("GET", "/v1/auth/sessions", {}),
    "deleteSession": ("DELETE", f"/v1/auth/sessions/{uuid4()}", {}),
}
SUBJECTS: dict[str, tuple[int, str]] = {
    "nobody": (401, "unauthorized"),
    "unknown session": (401, "unauthorized"),
    "unknown key": (401, "unauthorized"),
    "unverified": (403, "user is not verified"),
    "read_render": (403, "access token required"),
    "all": (403, "access token required"),
    "admin": (403, "access token required"),
}


def token(world: World, subject: str) -> str | None:
    if subject == "nobody":
        return None
    if subject.startswith("unknown"):
        return ("sess_" if subject.endswith("session") else "ak_") + "0" * 64
    return world.person(is_verified=False).token if subject == "unverified" else world.key(subject)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("call", CALLS)
def test_only_a_verified_person_has_an_account(world: World, call: str, subject: str) -> None:
    method, path, body = CALLS[call]
    http = world.http(token(world, subject))
    assert said(http.request(method, path, json=body)) == SUBJECTS[subject]
    assert said(http.request(method, path, content=b"{")) == SUBJECTS[subject]


def registered(world: World) -> tuple[str, Person]:
    """Register somebody with a password and sign them in."""
    email = f"{uuid4().hex}@example.com"
    world.person(is_admin=True).http.post("/v1/auth/register", json={"email": email, "password": OLD})
    answer = world.http(None).post("/v1/auth/login", json={"email": email, "password": OLD}).json()
    user = world.store.read_now(lambda tx: tx.users.by_email(email))
    assert user
    return email, Person(user, answer["token"], world.http(answer["token"]))


def test_another_address_counts_once_it_is_confirmed(world: World) -> None:
    person, new = world.person(), f"{uuid4().hex}@example.com"
    answer = person.http.put(ME, json={"email": new})
    assert (answer.status_code, answer.json()["user"]["email"]) == (200, person.user.email)
    body = {"email": new, "code": Mailbox(world.server.data, new).code()}
    assert world.http(None).post("/v1/auth/verify-email", json=body).status_code == 200
    user = person.http.get(ME).json()["user"]
    assert (user["id"], user["email"], user["is_verified"]) == (person.user.id, new, True)
    assert "about to change" in str(Mailbox(world.server.data, person.user.email).all()[0]["Subject"])


def test_whose_an_address_is_nobody_learns(world: World) -> None:
    person, other = world.person(), world.person()
    answer = person.http.put(ME, json={"email": other.user.email.upper()})
    assert (answer.status_code, answer.json()) == (200, person.http.get(ME).json())
    assert "account" in Mailbox(world.server.data, other.user.email).newest()


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        (ME, {}, (400, "email is required")),
        (ME, {"email": ""}, (400, "email is required")),
        (ME, {"email": "nobody"}, (400, "invalid email format")),
        (ME, {"email": "a" * 250 + "@b.co"}, (400, "invalid email format")),
        (ME, {"email": 7}, (400, "invalid request body")),
        (PASSWORD, {}, (400, "current_password and new_password are required")),
        (PASSWORD, {"current_password": OLD}, (400, "current_password and new_password are required")),
        (PASSWORD, {"new_password": NEW}, (400, "current_password and new_password are required")),
        (PASSWORD, {"current_password": OLD, "new_password": "x"}, (400, "password must be at least 8 characters")),
        (PASSWORD, {"current_password": [], "new_password": NEW}, (400, "invalid request body")),
        (PASSWORD, {"current_password": "Wrong-Horse-1", "new_password": NEW}, (401, "invalid current password")),
    ],
)
def test_what_changes_nothing(world: World, path: str, body: dict[str, Any], answer: tuple[int, str]) -> None:
    person = world.person()
    method = "PUT" if path == ME else "POST"
    assert said(person.http.request(method, path, json=body)) == answer
    assert person.http.get(ME).json()["user"]["email"] == person.user.email


def test_another_password_ends_every_session(world: World) -> None:
    email, person = registered(world)
    _, somebody = registered(world)
    body = {"current_password": OLD, "new_password": NEW}
    answer = person.http.post(PASSWORD, json=body)
    assert (answer.status_code, answer.json()) == (200, {"message": "password changed successfully"})
    assert said(person.http.get(ME)) == (401, "unauthorized")
    assert somebody.http.get(ME).status_code == 200
    login = world.http(None)
    assert login.post("/v1/auth/login", json={"email": email, "password": OLD}).status_code == 401
    assert login.post("/v1/auth/login", json={"email": email, "password": NEW}).status_code == 200


def test_sessions_are_listed_without_tokens_and_ended_one_by_one(world: World) -> None:
    email, first = registered(world)
    body = world.http(None).post("/v1/auth/login", json={"email": email, "password": OLD}).json()
    second = world.http(body["token"])
    answer = second.get("/v1/auth/sessions")
    listed = answer.json()["sessions"]
    assert [set(one) for one in listed] == [{"id", "user_id", "created_at", "expires_at", "current"}] * 2
    assert [one["current"] for one in listed] == [True, False]
    assert listed[0]["expires_at"] == body["expires_at"]
    assert {one["user_id"] for one in listed} == {first.user.id}
    assert "sess_" not in answer.text
    assert said(second.delete(f"/v1/auth/sessions/{listed[1]['id']}")) == (204, None)
    assert said(first.http.get(ME)) == (401, "unauthorized")
    assert said(second.delete(f"/v1/auth/sessions/{listed[1]['id']}")) == (404, "session not found")
    assert said(second.delete(f"/v1/auth/sessions/{{{listed[0]['id'].upper()}}}")) == (204, None)
    assert said(second.get(ME)) == (401, "unauthorized")


def test_nobody_ends_sessions_of_others(world: World) -> None:
    person, other = world.person(), world.person(is_admin=True)
    [session] = person.http.get("/v1/auth/sessions").json()["sessions"]
    assert said(other.http.delete(f"/v1/auth/sessions/{session['id']}")) == (404, "session not found")
    assert said(other.http.delete("/v1/auth/sessions/7")) == (400, "invalid id")
    assert person.http.get(ME).status_code == 200
