"""`POST /v1/auth/register` (contracts/px0.md 1.9; DESIGN section 2b)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from promptwire.domain.roles import OrgRole, TeamRole
from support.answers import headers_refused_everywhere, newest, said
from support.world import World

PASSWORD = "Correct-Horse-1"
CLOSED = "sign-up is by invitation: ask an administrator for one"
WEAK = "password must contain at least one uppercase letter, one lowercase letter, one digit, and one special character"


def new_person(**fields: object) -> dict[str, object]:
    return {"email": f"{uuid4().hex}@example.com", "password": PASSWORD} | fields


@pytest.mark.parametrize("body", [b"", b"{", b'{"email": ""}', b'{"email": "a@b.co", "password": "Aa1!aaaa"}'])
def test_sign_up_is_closed_whatever_the_body(world: World, body: bytes) -> None:
    answer = world.http(None).post("/v1/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert said(answer) == (403, CLOSED)
    assert answer.json()["code"] == "sign_up_closed"


@pytest.mark.parametrize(("name", "headers"), headers_refused_everywhere().items())
def test_a_header_that_is_no_credential(world: World, name: str, headers: dict[bytes, bytes]) -> None:
    answer = world.http(None).post("/v1/auth/register", json={}, headers=headers)
    assert said(answer) == ((403, CLOSED) if name == "no header" else (401, "unauthorized"))


@pytest.mark.parametrize("operation", ["read_render", "all", "admin"])
def test_an_api_key_is_no_credential_here(world: World, operation: str) -> None:
    key = world.key(operation, maker=world.person(org_role="owner", is_admin=True).user.id)
    assert said(world.http(key).post("/v1/auth/register", json={})) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("person", "error"),
    [
        ({"is_admin": True, "is_verified": False}, "user is not verified"),
        ({"is_verified": False}, "user is not verified"),
        ({}, "forbidden"),
        ({"team_role": "admin", "org_role": "owner"}, "forbidden"),
    ],
)
def test_only_an_administrator_of_the_instance_registers(world: World, person: dict[str, Any], error: str) -> None:
    http = world.person(**person).http
    for body in ({}, new_person(), new_person(team_id=world.team.id)):
        assert said(http.post("/v1/auth/register", json=body)) == (403, error)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": ""}, "email and password are required"),
        ({"password": ""}, "email and password are required"),
        ({"email": None}, "email and password are required"),
        ({"email": "nobody"}, "invalid email format"),
        ({"email": "a@b"}, "invalid email format"),
        ({"email": "a b@example.com"}, "invalid email format"),
        ({"email": "a@example.com\n"}, "invalid email format"),
        ({"email": "a@example.com\0"}, "invalid email format"),
        ({"email": "ä@example.com"}, "invalid email format"),
        ({"email": "a" * 250 + "@b.co"}, "invalid email format"),
        ({"email": "nobody", "password": "short"}, "invalid email format"),
        ({"password": "Aa1!aaa"}, "password must be at least 8 characters"),
        ({"password": "aaaaaaaa"}, WEAK),
        ({"password": "AAAA1111!"}, WEAK),
        ({"password": "Aaaaaaa1"}, WEAK),
        ({"password": "Aa!aaaaa"}, WEAK),
        ({"password": "Aa1!" * 257}, "password must be at most 1024 characters"),
        ({"email": 1}, "invalid request body"),
        ({"password": ["x"]}, "invalid request body"),
        ({"team_id": "no uuid"}, "invalid request body"),
        ({"team_id": ""}, "invalid request body"),
        ({"team_id": 7}, "invalid request body"),
    ],
)
def test_what_cannot_be_registered(world: World, fields: dict[str, object], error: str) -> None:
    administrator = world.person(is_admin=True).http
    assert said(administrator.post("/v1/auth/register", json=new_person(**fields))) == (400, error)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"email": "a@b.co"} x', "application/json"),
        (b"email=a@b.co", "application/x-www-form-urlencoded"),
        (b'{"email": "a@b.co"}', "text/plain"),
    ],
)
def test_a_body_that_cannot_be_read(world: World, body: bytes, content_type: str) -> None:
    http = world.person(is_admin=True).http
    answer = http.post("/v1/auth/register", content=body, headers={"Content-Type": content_type})
    assert said(answer) == (400, "invalid request body")
    assert answer.json()["details"]["reason"]


def test_an_administrator_makes_a_verified_person_without_rights(world: World) -> None:
    person = new_person()
    answer = world.person(is_admin=True).http.post("/v1/auth/register", json=person)
    user = answer.json()["user"]
    assert answer.status_code == 201
    assert set(user) == {"id", "email", "is_admin", "is_verified", "created_at"}
    assert (user["email"], user["is_admin"], user["is_verified"]) == (person["email"], False, True)
    http = world.http(world.http(None).post("/v1/auth/login", json=person).json()["token"])
    assert http.get("/v1/me/teams").json() == {"teams": []}
    assert http.get("/v1/me/orgs").json() == {"organizations": []}


def test_with_a_team_the_person_becomes_its_editor_and_a_member_of_its_organization(world: World) -> None:
    world.person(team_role="admin")
    person = new_person(team_id=world.team.id)
    administrator = world.person(is_admin=True)  # not a member: px0 would refuse it
    user = administrator.http.post("/v1/auth/register", json=person).json()["user"]
    roles = world.store.read_now(
        lambda tx: (tx.teams.role(world.team.id, user["id"]), tx.organizations.role(world.org.id, user["id"]))
    )
    assert roles == (TeamRole.EDITOR, OrgRole.MEMBER)
    http = world.http(world.http(None).post("/v1/auth/login", json=person).json()["token"])
    assert world.prompt(http, "Hello")
    scope = f"org:{world.org.id}"
    joined, belongs = newest(world, "team_member.added", scope), newest(world, "organization_member.added", scope)
    assert joined.change.subject_id == belongs.change.subject_id == administrator.user.id
    assert dict(joined.change.after) == {"team_id": world.team.id, "user_id": user["id"], "role": "editor"}
    assert dict(belongs.change.after) == {"org_id": world.org.id, "user_id": user["id"], "role": "member"}


def test_who_joins_an_empty_team_becomes_its_admin(world: World) -> None:
    answer = world.person(is_admin=True).http.post("/v1/auth/register", json=new_person(team_id=world.team.id))
    user_id = answer.json()["user"]["id"]
    assert world.store.read_now(lambda tx: tx.teams.role(world.team.id, user_id)) is TeamRole.ADMIN


def test_the_team_must_be_there_and_belong_to_an_organization(world: World) -> None:
    http = world.person(is_admin=True).http
    unknown, alone = new_person(team_id=str(uuid4())), new_person(team_id=world.new_team(None).id)
    assert said(http.post("/v1/auth/register", json=unknown)) == (404, "team not found")
    assert said(http.post("/v1/auth/register", json=alone)) == (400, "team does not belong to any organization")
    for person in (unknown, alone):
        assert said(world.http(None).post("/v1/auth/login", json=person)) == (401, "invalid credentials")


def test_an_address_is_registered_once_however_it_is_spelled(world: World) -> None:
    http, person = world.person(is_admin=True).http, new_person()
    assert http.post("/v1/auth/register", json=person).status_code == 201
    for email in (person["email"], str(person["email"]).upper()):
        answer = http.post("/v1/auth/register", json=person | {"email": email})
        assert said(answer) == (409, "email already registered")


def test_the_log_names_the_administrator_and_not_the_address(world: World) -> None:
    administrator, person = world.person(is_admin=True), new_person()
    user = administrator.http.post("/v1/auth/register", json=person).json()["user"]
    change = newest(world, "user.created").change
    assert (change.object_id, change.subject_id) == (user["id"], administrator.user.id)
    assert dict(change.after) == {"is_admin": False, "is_verified": True}
    assert str(person["email"]) not in repr(change)


def test_fields_are_read_as_px0_reads_them(world: World) -> None:
    person = new_person()
    body = {"EMAIL": person["email"], "Password": PASSWORD, "Team_ID": world.team.id.upper(), "is_admin": True}
    user = world.person(is_admin=True).http.post("/v1/auth/register", json=body).json()["user"]
    assert user["is_admin"] is False
    assert world.store.read_now(lambda tx: tx.teams.role(world.team.id, user["id"])) is TeamRole.ADMIN


def test_of_two_who_register_one_address_at_once_one_succeeds(world: World) -> None:
    http, person = world.person(is_admin=True).http, new_person()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: said(http.post("/v1/auth/register", json=person)), range(4)))
    assert sorted(answers, key=str) == [(201, None)] + [(409, "email already registered")] * 3
