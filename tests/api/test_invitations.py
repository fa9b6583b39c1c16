"""Invitations to an organization on `/v1`, and registering with one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.roles import OrgRole, TeamRole
from support.answers import headers_refused_everywhere, newest, said
from support.mailbox import Mailbox
from support.world import World

REGISTER, PASSWORD = "/v1/auth/register", "Correct-Horse-1"


def path(world: World, org_id: str | None = None) -> str:
    return f"/v1/orgs/{org_id or world.org.id}/invitations"


def invite(http: httpx.Client, world: World, **fields: object) -> httpx.Response:
    return http.post(path(world), json={"email": f"{uuid4().hex}@example.com"} | fields)


def every_call(world: World, http: httpx.Client, headers: dict[bytes, bytes] | None = None) -> list[httpx.Response]:
    return [
        http.post(path(world), json={"email": f"{uuid4().hex}@example.com"}, headers=headers),
        http.get(path(world), headers=headers),
        http.delete(f"{path(world)}/{uuid4()}", headers=headers),
    ]


@pytest.mark.parametrize("headers", headers_refused_everywhere().values(), ids=headers_refused_everywhere())
def test_invitations_need_a_credential(world: World, headers: dict[bytes, bytes]) -> None:
    assert {said(one) for one in every_call(world, world.http(None), headers)} == {(401, "unauthorized")}


@pytest.mark.parametrize("operation", ["read_render", "all", "admin"])
def test_a_key_invites_nobody(world: World, operation: str) -> None:
    answers = every_call(world, world.http(world.key(operation)))
    assert {said(one) for one in answers} == {(403, "access token required")}


@pytest.mark.parametrize(
    ("person", "answers"),
    [
        ({"org_role": "owner"}, [(201, None), (200, None), (404, "invitation not found")]),
        ({"org_role": "admin"}, [(201, None), (200, None), (404, "invitation not found")]),
        ({"is_admin": True}, [(201, None), (200, None), (404, "invitation not found")]),
        ({"org_role": "member", "team_role": "admin"}, [(403, "forbidden")] * 3),
        ({"org_role": "viewer"}, [(403, "forbidden")] * 3),
        ({}, [(403, "forbidden")] * 3),
        ({"org_role": "owner", "is_verified": False}, [(403, "user is not verified")] * 3),
    ],
)
def test_who_administers_the_organization_invites(
    world: World, person: dict[str, Any], answers: list[tuple[int, str | None]]
) -> None:
    assert [said(one) for one in every_call(world, world.person(**person).http)] == answers


def test_who_is_invited_registers_and_belongs(world: World) -> None:
    administrator, email = world.person(org_role="admin"), f"{uuid4().hex}@example.com"
    world.person(team_role="admin")
    answer = invite(administrator.http, world, email=email, role="editor", team_id=world.team.id)
    made = answer.json()["invitation"]
    assert (answer.status_code, answer.json()["code"]) == (201, None)
    assert (made["org_id"], made["team_id"], made["email"], made["role"], made["created_by"]) == (
        world.org.id,
        world.team.id,
        email,
        "member",
        administrator.user.id,
    )
    assert set(made) == {"id", "org_id", "team_id", "email", "role", "created_by", "created_at", "expires_at"}
    assert administrator.http.get(path(world)).json() == {"invitations": [made]}
    code = Mailbox(world.server.data, email).code()
    body = {"email": email, "password": PASSWORD}
    http = world.http(None)
    assert said(http.post(REGISTER, json=body)) == (403, "sign-up is by invitation: ask an administrator for one")
    assert said(http.post(REGISTER, json=body | {"invitation": "ABCD"})) == (400, "invalid or expired invitation code")
    team = body | {"invitation": code, "team_id": world.team.id}
    assert said(http.post(REGISTER, json=team)) == (403, "only admins can register users with a team_id")
    assert said(http.post(REGISTER, json=body | {"invitation": code, "password": "x"}))[0] == 400
    user = http.post(REGISTER, json=body | {"invitation": code}).json()["user"]
    assert (user["email"], user["is_admin"], user["is_verified"]) == (email, False, True)
    roles = world.store.read_now(
        lambda tx: (tx.organizations.role(world.org.id, user["id"]), tx.teams.role(world.team.id, user["id"]))
    )
    assert roles == (OrgRole.MEMBER, TeamRole.EDITOR)
    assert administrator.http.get(path(world)).json() == {"invitations": []}
    change = newest(world, "invitation.accepted", f"org:{world.org.id}").change
    assert (change.object_id, change.subject_id) == (made["id"], user["id"])
    assert http.post("/v1/auth/login", json=body).status_code == 200


def test_the_code_is_shown_to_who_may_register_any_address_anyway(world: World) -> None:
    email = f"{uuid4().hex}@example.com"
    code = invite(world.person(is_admin=True).http, world, email=email).json()["code"]
    assert code == Mailbox(world.server.data, email).code()
    body = {"email": email, "password": PASSWORD, "invitation": code}
    assert world.http(None).post(REGISTER, json=body).status_code == 201


def test_an_invitation_is_called_off(world: World) -> None:
    http, email = world.person(org_role="owner").http, f"{uuid4().hex}@example.com"
    made = invite(http, world, email=email).json()["invitation"]["id"]
    elsewhere = world.new_org()
    world_admin = world.person(is_admin=True).http
    assert said(world_admin.delete(f"{path(world, elsewhere.id)}/{made}")) == (404, "invitation not found")
    assert said(http.delete(f"{path(world)}/{made}")) == (204, None)
    assert said(http.delete(f"{path(world)}/{made}")) == (404, "invitation not found")
    body = {"email": email, "password": PASSWORD, "invitation": Mailbox(world.server.data, email).code()}
    assert said(world.http(None).post(REGISTER, json=body)) == (400, "invalid or expired invitation code")


@pytest.mark.parametrize(
    ("later", "role", "counts"),
    [
        pytest.param("owner", "admin", True, id="raised"),
        pytest.param("admin", "admin", True, id="as it was"),
        pytest.param("member", "viewer", False, id="demoted"),
        pytest.param(None, "viewer", False, id="removed"),
    ],
)
def test_an_invitation_counts_while_whoever_made_it_could_make_it(
    world: World, later: str | None, role: str, *, counts: bool
) -> None:
    inviter, email = world.person(org_role="admin"), f"{uuid4().hex}@example.com"
    assert invite(inviter.http, world, email=email, role=role).status_code == 201
    if later:
        world.join_org(inviter.user.id, later)
    else:
        world.leave(inviter.user.id)
    body = {"email": email, "password": PASSWORD, "invitation": Mailbox(world.server.data, email).code()}
    refused = (400, "invalid or expired invitation code")
    assert said(world.http(None).post(REGISTER, json=body)) == ((201, None) if counts else refused)
    known = world.store.read_now(lambda tx: tx.users.by_email(email))
    assert (known is not None) == counts


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"email": ""}, (400, "invalid email format")),
        ({"email": "nobody"}, (400, "invalid email format")),
        ({"email": 7}, (400, "invalid request body")),
        ({"role": "owner"}, (400, "invalid role, must be viewer, member, or admin")),
        ({"role": "x"}, (400, "invalid role, must be viewer, member, admin, or owner")),
        ({"team_id": "x"}, (400, "invalid request body")),
        ({"team_id": "7f0e2a30-0000-4000-8000-000000000000"}, (404, "team not found")),
    ],
)
def test_what_cannot_be_an_invitation(world: World, fields: dict[str, object], answer: tuple[int, str]) -> None:
    assert said(invite(world.person(org_role="admin").http, world, **fields)) == answer


def test_a_team_of_elsewhere_and_an_organization_that_is_none(world: World) -> None:
    http = world.person(is_admin=True).http
    assert said(invite(http, world, team_id=world.new_team(None).id)) == (404, "team not found")
    assert said(http.get(path(world, "7"))) == (400, "invalid id")
    assert said(http.get(path(world, str(uuid4())))) == (403, "forbidden")
    assert said(http.post(path(world, str(uuid4())), json={"email": "a@b.co"})) == (403, "forbidden")
