"""Sign in, sign out, and who one is (contracts/px0.md 1.1, 1.9)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from promptwire.domain.credentials import token_hash
from support.answers import headers_refused_everywhere, newest, said
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD
from support.world import World

ADMINISTRATOR = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}


def test_signing_in_gives_a_token_that_is_shown_once_and_stored_hashed(world: World) -> None:
    answer = world.http(None).post("/v1/auth/login", json=ADMINISTRATOR)
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"token", "expires_at", "user"}
    assert re.fullmatch(r"sess_[0-9a-f]{64}", body["token"])
    assert set(body["user"]) == {"id", "email", "is_admin", "is_verified", "created_at"}
    lasts = datetime.fromisoformat(body["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < lasts <= timedelta(hours=24)
    session = world.store.read_now(lambda tx: tx.sessions.by_hash(token_hash(body["token"])))
    assert session
    assert session.user_id == body["user"]["id"]
    change = newest(world, "session.created").change
    assert (change.object_id, change.subject_id) == (session.id, session.user_id)
    assert body["token"] not in repr(change)


def test_an_address_may_be_spelled_in_any_case(world: World) -> None:
    assert world.http(None).post("/v1/auth/login", json=ADMINISTRATOR | {"email": "ROOT@Example.COM"}).is_success


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "Wrong-Horse-1"},
        {"email": "nobody@example.com"},
        {"email": ""},
        {"password": ""},
        {"email": None, "password": None},
        {"email": "no address"},
        {"email": "nul\0@example.com"},
        {"password": "x" * 100_000},
        {"password": ADMIN_PASSWORD + "\0"},
    ],
)
def test_whatever_is_wrong_the_words_are_the_same(world: World, fields: dict[str, object]) -> None:
    answer = world.http(None).post("/v1/auth/login", json=ADMINISTRATOR | fields)
    assert said(answer) == (401, "invalid credentials")
    assert answer.json() == {"error": "invalid credentials", "code": "invalid_credentials"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"email": 1}', b'{"password": {}}'])
def test_a_body_that_cannot_be_read(world: World, body: bytes) -> None:
    answer = world.http(None).post("/v1/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert said(answer) == (400, "invalid request body")


def test_a_person_who_is_not_verified_may_sign_in_and_do_nothing(world: World) -> None:
    http = world.person(is_verified=False).http
    for path in ("/v1/auth/me", "/v1/me/teams", "/v1/me/orgs", f"/v1/api-keys?org_id={world.org.id}", "/v1/prompts"):
        assert said(http.get(path)) == (403, "user is not verified")


def test_signing_out_ends_this_session_only(world: World) -> None:
    first, second = (world.http(None).post("/v1/auth/login", json=ADMINISTRATOR).json()["token"] for _ in "12")
    assert world.http(first).delete("/v1/auth/session").status_code == 204
    assert said(world.http(first).get("/v1/auth/me")) == (401, "unauthorized")
    assert world.http(second).get("/v1/auth/me").status_code == 200
    ended = newest(world, "session.deleted").change
    assert ended.object_id not in {"", token_hash(first)}
    assert ended.before["user_id"] == ended.subject_id


def test_signing_out_is_answered_the_same_way_always(world: World) -> None:
    for headers in headers_refused_everywhere().values():
        answer = world.http(None).delete("/v1/auth/session", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
    key = world.key("all")
    assert world.http(key).delete("/v1/auth/session").status_code == 204
    assert world.http(key).get("/v1/prompts").status_code == 200
    token = world.person(is_verified=False).token
    assert world.http(token).delete("/v1/auth/session").status_code == 204
    assert said(world.http(token).get("/v1/auth/me")) == (401, "unauthorized")


def test_a_session_ends_by_itself(world: World) -> None:
    person = world.person()
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    session = world.store.read_now(lambda tx: tx.sessions.by_hash(token_hash(person.token)))
    assert session
    world.store.write_now(lambda tx: tx.sessions.delete(session.id))
    expired = type(session)(id=session.id, user_id=session.user_id, created_at=session.created_at, expires_at=hour_ago)
    world.store.write_now(lambda tx: tx.sessions.insert(expired, token_hash(person.token)))
    assert said(person.http.get("/v1/auth/me")) == (401, "unauthorized")
    assert person.http.delete("/v1/auth/session").status_code == 204


def test_the_profile(world: World) -> None:
    person = world.person()
    answer = person.http.get("/v1/auth/me")
    user = answer.json()["user"]
    assert answer.status_code == 200
    assert (user["id"], user["email"], user["is_admin"], user["is_verified"]) == (
        person.user.id,
        person.user.email,
        False,
        True,
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", user["created_at"])


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("UPDATE users SET is_verified = FALSE WHERE id = :id", (403, "user is not verified")),
        ("DELETE FROM users WHERE id = :id", (401, "unauthorized")),
    ],
)
def test_who_is_no_longer_welcome_loses_access_at_once(world: World, statement: str, answer: tuple[int, str]) -> None:
    person = world.person(org_role="owner")
    assert person.http.get("/v1/auth/me").status_code == 200
    with world.store.engines.writer.begin() as connection:
        connection.execute(text(statement), {"id": person.user.id})
    for path in PROFILE:
        assert said(person.http.get(path)) == answer


PROFILE = ("/v1/auth/me", "/v1/me/teams", "/v1/me/orgs")


@pytest.mark.parametrize("headers", headers_refused_everywhere().values(), ids=headers_refused_everywhere())
@pytest.mark.parametrize("path", PROFILE)
def test_the_profile_needs_a_credential(world: World, path: str, headers: dict[bytes, bytes]) -> None:
    assert said(world.http(None).get(path, headers=headers)) == (401, "unauthorized")


@pytest.mark.parametrize("operation", ["read_render", "all", "admin"])
@pytest.mark.parametrize("path", PROFILE)
def test_a_key_has_no_profile(world: World, path: str, operation: str) -> None:
    assert said(world.http(world.key(operation)).get(path)) == (403, "access token required")


def test_the_teams_of_a_person(world: World) -> None:
    other, alone = world.new_team(world.org.id), world.new_team(None)
    person = world.person(team_role="viewer")
    world.join_team(person.user.id, "editor", alone.id)
    teams = person.http.get("/v1/me/teams").json()["teams"]
    assert {team["id"] for team in teams} == {world.team.id, alone.id}
    assert other.id not in {team["id"] for team in teams}
    by_id = {team["id"]: team for team in teams}
    assert set(by_id[world.team.id]) == {"id", "org_id", "name", "slug", "promotion_checks", "created_at"}
    assert by_id[world.team.id]["org_id"] == world.org.id
    assert "org_id" not in by_id[alone.id]
    assert [team["name"] for team in teams] == sorted(team["name"] for team in teams)


@pytest.mark.parametrize(
    ("org_role", "is_admin", "role", "fine_role"),
    [
        ("owner", False, "ADMIN", "owner"),
        ("admin", False, "ADMIN", "admin"),
        ("member", False, "MEMBER", "member"),
        ("viewer", False, "MEMBER", "viewer"),
        ("member", True, "ADMIN", "admin"),
        ("owner", True, "ADMIN", "owner"),
    ],
)
def test_the_organizations_of_a_person(
    world: World, *, org_role: str, is_admin: bool, role: str, fine_role: str
) -> None:
    person = world.person(org_role=org_role, is_admin=is_admin)
    newer = world.new_org()
    world.join_org(person.user.id, "member", newer.id)
    found = person.http.get("/v1/me/orgs").json()["organizations"]
    assert [one["id"] for one in found] == [world.org.id, newer.id]
    assert set(found[0]) == {"id", "name", "created_at", "role", "org_role"}
    assert (found[0]["role"], found[0]["org_role"]) == (role, fine_role)


def test_an_instance_administrator_belongs_only_where_a_member(world: World) -> None:
    assert world.person(is_admin=True).http.get("/v1/me/orgs").json() == {"organizations": []}
