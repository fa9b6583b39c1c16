"""`DELETE /v1/auth/me` (contracts/px0.md 1.9): what one made stays, and so does the last who answers for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from promptwire.domain.changes import Query
from support.answers import said
from support.world import World

ME = "/v1/auth/me"


def log_of(world: World, scope: str) -> list[str]:
    entries = world.store.read_now(lambda tx: tx.changes.of_scope(scope, Query(limit=100)))
    return [entry.change.action for entry in reversed(entries)]


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        (None, (401, "unauthorized")),
        ("sess_" + "0" * 64, (401, "unauthorized")),
        ("read_render", (403, "access token required")),
        ("all", (403, "access token required")),
        ("admin", (403, "access token required")),
    ],
)
def test_only_a_person_deletes_an_account(world: World, subject: str | None, answer: tuple[int, str]) -> None:
    token = world.key(subject) if subject and "sess" not in subject else subject
    assert said(world.http(token).delete(ME)) == answer


def test_an_unverified_person_does_not(world: World) -> None:
    assert said(world.person(is_verified=False).http.delete(ME)) == (403, "user is not verified")


def test_a_person_goes_and_what_they_made_stays(world: World) -> None:
    world.person("admin", "owner")
    person = world.person("editor", "admin")
    prompt = world.prompt(person.http, "Hello")
    key = person.http.post("/v1/api-keys", json={"name": "x", "org_id": world.org.id, "operation": "all"}).json()
    assert said(person.http.delete(ME)) == (204, None)
    assert said(person.http.get(ME)) == (401, "unauthorized")
    assert world.store.read_now(lambda tx: tx.users.by_email(person.user.email)) is None
    http = world.http(key["key"])
    assert http.get(f"/v1/prompts/{prompt}").status_code == 200
    assert http.post(f"/v1/prompts/{prompt}/versions", json={"template": "x"}).status_code == 403
    assert log_of(world, f"org:{world.org.id}")[-2:] == ["organization_member.removed", "team_member.removed"]
    assert log_of(world, "instance")[-2:] == ["session.deleted", "user.deleted"]


def test_the_last_owner_stays(world: World) -> None:
    owner = world.person(None, "owner")
    world.person(None, "admin")
    answer = owner.http.delete(ME)
    assert answer.status_code == 409
    assert answer.json() == {
        "error": f"the last owner of the organization '{world.org.name}' stays: give somebody else that role first",
        "code": "last_administrator",
        "details": {"role": "owner", "organization_id": world.org.id},
    }
    assert owner.http.get(ME).status_code == 200
    world.person(None, "owner")
    assert owner.http.delete(ME).status_code == 204


@pytest.mark.parametrize("has_org", [True, False])
def test_the_last_admin_of_a_team_stays(world: World, *, has_org: bool) -> None:
    team = world.team if has_org else world.new_team(None)
    admin, editor = world.person(), world.person()
    for person, role in ((admin, "admin"), (editor, "editor")):
        world.join_team(person.user.id, role, team.id)
    answer = admin.http.delete(ME)
    assert (answer.status_code, answer.json()["details"]) == (409, {"role": "admin", "team_id": team.id})
    assert editor.http.delete(ME).status_code == 204
    world.join_team(world.person().user.id, "admin", team.id)
    assert admin.http.delete(ME).status_code == 204
    if not has_org:
        assert log_of(world, f"team:{team.id}") == ["team_member.removed"] * 2


def test_of_two_owners_who_leave_at_once_one_stays(world: World) -> None:
    owners = [world.person(None, "owner") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(lambda one: one.http.delete(ME).status_code, owners))
    assert statuses == [204, 204, 204, 409]


def test_an_administrator_of_the_instance_goes_where_another_stays(world: World) -> None:
    assert world.person(is_admin=True).http.delete(ME).status_code == 204
