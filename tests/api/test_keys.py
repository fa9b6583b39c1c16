"""API keys (contracts/px0.md 1.11; DESIGN section 2b)."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.credentials import ApiKey, token_hash
from promptwire.domain.roles import OrgRole
from support.answers import headers_refused_everywhere, newest, said
from support.world import World


def create(http: httpx.Client, **fields: object) -> httpx.Response:
    return http.post("/v1/api-keys", json={"name": "ci"} | fields)


def stored_key(world: World, secret: str) -> ApiKey:
    key = world.store.read_now(lambda tx: tx.keys.by_hash(token_hash(secret)))
    assert key
    return key


def every_call(world: World, http: httpx.Client, headers: dict[bytes, bytes] | None = None) -> list[httpx.Response]:
    body = {"name": "ci", "org_id": world.org.id}
    return [
        http.post("/v1/api-keys", json=body, headers=headers),
        http.get("/v1/api-keys", params={"org_id": world.org.id}, headers=headers),
        http.delete(f"/v1/api-keys/{uuid4()}", headers=headers),
    ]


@pytest.mark.parametrize("headers", headers_refused_everywhere().values(), ids=headers_refused_everywhere())
def test_keys_need_a_credential(world: World, headers: dict[bytes, bytes]) -> None:
    assert {said(one) for one in every_call(world, world.http(None), headers)} == {(401, "unauthorized")}


@pytest.mark.parametrize("operation", ["read_render", "all", "admin"])
def test_a_key_makes_no_keys(world: World, operation: str) -> None:
    assert {said(one) for one in every_call(world, world.http(world.key(operation)))} == {(401, "unauthorized")}


def test_an_unverified_person_has_no_keys(world: World) -> None:
    http = world.person(org_role="owner", is_verified=False).http
    assert {said(one) for one in every_call(world, http)} == {(403, "user is not verified")}


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        ({"org_role": "owner"}, True),
        ({"org_role": "admin"}, True),
        ({"org_role": "member"}, False),
        ({"org_role": "viewer"}, False),
        ({"team_role": "admin"}, False),
        ({"is_admin": True}, True),
        ({"is_admin": True, "org_role": "viewer"}, True),
        ({}, False),
    ],
)
def test_who_administers_an_organization_has_its_keys(world: World, person: dict[str, Any], *, allowed: bool) -> None:
    http = world.person(**person).http
    made, listed, _ = every_call(world, http)
    assert said(made) == ((201, None) if allowed else (403, "forbidden"))
    assert said(listed) == ((200, None) if allowed else (403, "forbidden"))
    key = create(world.person(org_role="owner").http, org_id=world.org.id).json()["id"]
    sees = allowed or "org_role" in person or "team_role" in person
    denied = (403, "forbidden") if sees else (404, "api key not found")
    assert said(http.delete(f"/v1/api-keys/{key}")) == ((204, None) if allowed else denied)


@pytest.mark.parametrize("person", [{"is_admin": True}, {"org_role": "owner"}])
def test_an_unknown_organization_is_refused_like_a_foreign_one(world: World, person: dict[str, Any]) -> None:
    http = world.person(**person).http
    assert said(create(http, org_id=str(uuid4()))) == (403, "forbidden")
    assert said(http.get("/v1/api-keys", params={"org_id": str(uuid4())})) == (403, "forbidden")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "name is required"),
        ({"name": "  "}, "name is required"),
        ({"name": None}, "name is required"),
        ({"name": "x" * 256}, "name must be at most 255 characters"),
        ({"name": "a\0b"}, "name must not contain control characters"),
        ({"name": 7}, "invalid request body"),
        ({"org_id": None}, "org_id is required"),
        ({"org_id": ""}, "org_id is required"),
        ({"org_id": "x"}, "invalid request body"),
        ({"org_id": 7}, "invalid request body"),
        ({"operation": "write"}, "invalid operation, must be read_render, all, or admin"),
        ({"operation": "ALL"}, "invalid operation, must be read_render, all, or admin"),
        ({"team_ids": "x"}, "invalid request body"),
        ({"team_ids": ["x"]}, "invalid request body"),
        ({"team_ids": [None]}, "invalid request body"),
    ],
)
def test_what_cannot_be_a_key(world: World, fields: dict[str, object], error: str) -> None:
    http = world.person(org_role="admin").http
    assert said(create(http, **({"org_id": world.org.id} | fields))) == (400, error)
    assert http.get("/v1/api-keys", params={"org_id": world.org.id}).json() == {"api_keys": []}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null x"])
def test_a_body_that_cannot_be_read(world: World, body: bytes) -> None:
    http = world.person(org_role="admin").http
    answer = http.post("/v1/api-keys", content=body, headers={"Content-Type": "application/json"})
    assert said(answer) == (400, "invalid request body")


def test_who_may_not_make_a_key_learns_nothing_of_its_faults(world: World) -> None:
    http = world.person(org_role="member").http
    assert said(create(http, name="", org_id=world.org.id, operation="x")) == (403, "forbidden")
    assert said(create(http, org_id=world.org.id, team_ids=[str(uuid4())])) == (403, "forbidden")


@pytest.mark.parametrize("operation", [None, "", "read_render", "all", "admin"])
def test_a_key_is_shown_once_and_stored_hashed(world: World, operation: str | None) -> None:
    person = world.person(org_role="admin")
    answer = create(person.http, org_id=world.org.id, operation=operation)
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"id", "name", "key", "operation", "created_at", "expires_at"}
    assert re.fullmatch(r"ak_[0-9a-f]{64}", body["key"])
    assert body["operation"] == (operation or "read_render")
    stored = stored_key(world, body["key"])
    assert (stored.id, stored.created_by, stored.pinned_role) == (body["id"], person.user.id, OrgRole.ADMIN)
    change = newest(world, "key.created", f"org:{world.org.id}").change
    assert (change.object_id, change.subject_id) == (body["id"], person.user.id)
    assert body["key"] not in repr(change)
    assert token_hash(body["key"]) not in repr(change)


def test_the_role_of_its_maker_is_pinned(world: World) -> None:
    for person, role in (({"org_role": "owner"}, "owner"), ({"is_admin": True}, "admin")):
        secret = create(world.person(**person).http, org_id=world.org.id).json()["key"]
        assert stored_key(world, secret).pinned_role is OrgRole(role)


def test_a_key_writes_no_more_than_its_maker_who_is_not_a_member(world: World) -> None:
    administrator, owner = world.person(is_admin=True), world.person(team_role="admin", org_role="owner")
    prompt = world.prompt(owner.http, "Hello")
    http = world.http(create(administrator.http, org_id=world.org.id, operation="all").json()["key"])
    assert http.get(f"/v1/prompts/{prompt}").status_code == 200
    assert http.post(f"/v1/prompts/{prompt}/versions", json={"template": "Hi"}).status_code == 403
    world.join_org(administrator.user.id, "member")
    assert http.post(f"/v1/prompts/{prompt}/versions", json={"template": "Hi"}).status_code == 201


def test_teams_are_kept_in_order_and_once(world: World) -> None:
    http = world.person(org_role="admin").http
    other = world.new_team(world.org.id)
    given = [other.id.upper(), world.team.id, other.id]
    assert create(http, org_id=world.org.id, team_ids=given).status_code == 201
    listed = http.get("/v1/api-keys", params={"org_id": world.org.id}).json()["api_keys"][0]
    assert (listed["team_id"], listed["team_ids"]) == (other.id, [other.id, world.team.id])


def test_teams_must_be_the_organizations(world: World) -> None:
    http = world.person(org_role="admin").http
    foreign, alone = world.new_team(world.new_org().id), world.new_team(None)
    elsewhere = (400, "team does not belong to the specified organization")
    for team, expected in ((str(uuid4()), (404, "team not found")), (foreign.id, elsewhere), (alone.id, elsewhere)):
        assert said(create(http, org_id=world.org.id, team_ids=[world.team.id, team])) == expected
    assert http.get("/v1/api-keys", params={"org_id": world.org.id}).json() == {"api_keys": []}


def test_a_key_does_what_it_was_made_for(world: World) -> None:
    owner = world.person(team_role="admin", org_role="owner")
    prompt = world.prompt(owner.http, "Hello")
    for operation, may_write in (("read_render", False), ("all", True), ("admin", True)):
        secret = create(owner.http, org_id=world.org.id, operation=operation).json()["key"]
        http = world.http(secret)
        assert http.get(f"/v1/prompts/{prompt}").status_code == 200
        answer = http.post(f"/v1/prompts/{prompt}/versions", json={"template": "Hi"})
        assert answer.status_code == (201 if may_write else 403)


def test_a_key_sees_only_its_teams(world: World) -> None:
    owner = world.person(team_role="admin", org_role="owner")
    prompt, other = world.prompt(owner.http, "Hello"), world.new_team(world.org.id)
    for teams, status in (([world.team.id], 200), ([other.id], 404), ([], 200)):
        secret = create(owner.http, org_id=world.org.id, team_ids=teams).json()["key"]
        assert world.http(secret).get(f"/v1/prompts/{prompt}").status_code == status


def test_the_list_is_newest_first_and_without_secrets(world: World) -> None:
    http = world.person(org_role="admin").http
    names = ["one", "two", "three"]
    secrets = [create(http, name=name, org_id=world.org.id).json()["key"] for name in names]
    answer = http.get("/v1/api-keys", params={"org_id": world.org.id})
    listed = answer.json()["api_keys"]
    assert [key["name"] for key in listed] == names[::-1]
    px0s = {"id", "name", "org_id", "operation", "created_at", "last_used_at"}
    assert set(listed[0]) == px0s | {"expires_at", "created_by"}
    assert listed[0]["last_used_at"] is None
    assert not any(secret in answer.text or token_hash(secret) in answer.text for secret in secrets)


@pytest.mark.parametrize(
    ("query", "error"), [("", "org_id is required"), ("?org_id=", "org_id is required"), ("?org_id=7", "invalid id")]
)
def test_the_list_is_of_an_organization(world: World, query: str, error: str) -> None:
    assert said(world.person(org_role="admin").http.get(f"/v1/api-keys{query}")) == (400, error)


def test_a_deleted_key_ends_at_once_and_its_row_stays(world: World) -> None:
    person = world.person(org_role="admin")
    made = create(person.http, org_id=world.org.id).json()
    http = world.http(made["key"])
    assert http.get("/v1/prompts").status_code == 200
    assert said(person.http.delete(f"/v1/api-keys/{made['id']}")) == (204, None)
    assert said(http.get("/v1/prompts")) == (401, "unauthorized")
    assert said(person.http.delete(f"/v1/api-keys/{made['id']}")) == (404, "api key not found")
    assert person.http.get("/v1/api-keys", params={"org_id": world.org.id}).json() == {"api_keys": []}
    change = newest(world, "key.deleted", f"org:{world.org.id}").change
    assert (change.object_id, change.subject_id) == (made["id"], person.user.id)
    assert change.before["operation"] == "read_render"


def test_ids_that_are_none(world: World) -> None:
    http = world.person(org_role="admin").http
    assert said(http.delete("/v1/api-keys/7")) == (400, "invalid id")
    assert said(http.delete(f"/v1/api-keys/{uuid4()}")) == (404, "api key not found")
    made = create(http, org_id=world.org.id).json()["id"]
    assert said(http.delete(f"/v1/api-keys/{{{made.upper()}}}")) == (204, None)
