"""The registry of protected labels: who sees it, who governs, and that it takes effect at once."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from support.prompts import Versions, protect
from support.world import World


@pytest.fixture
def owner(world: World) -> httpx.Client:
    return world.person(org_role="owner").http


def registry(world: World, label: str = "", team_id: str | None = None) -> str:
    return f"/v1/teams/{team_id or world.team.id}/protected-labels" + (f"/{label}" if label else "")


def listed(world: World, http: httpx.Client) -> dict[str, str]:
    answer = http.get(registry(world))
    assert answer.status_code == 200, answer.text
    return {one["label"]: one["min_required_role"] for one in answer.json()["protected_labels"]}


def test_the_registry_is_listed_put_and_deleted(world: World, owner: httpx.Client) -> None:
    assert listed(world, owner) == {}
    answer = protect(world, owner, "qa", "member")
    assert answer.status_code == 200
    protected = answer.json()["protected_label"]
    assert (protected["label"], protected["min_required_role"]) == ("qa", "member")
    assert set(protected) == {
        *("label", "min_required_role", "created_by", "created_at", "approvals", "self_approval", "approver_role"),
        *("approver_ids", "frozen_until", "immutable", "checks", "request_days"),
    }
    assert owner.put(registry(world, "Zeta"), json={"minRequiredRole": "Editor"}).status_code == 200
    assert list(listed(world, owner).items()) == [("Zeta", "member"), ("qa", "member")]
    changed = protect(world, owner, "qa", "owner").json()["protected_label"]
    assert changed == protected | {"min_required_role": "owner"}
    assert owner.delete(registry(world, "qa")).status_code == 204
    answer = owner.delete(registry(world, "qa"))
    assert (answer.status_code, answer.json()) == (404, {"error": "protected label not found", "code": "not_found"})
    assert listed(world, owner) == {"Zeta": "member"}


def test_a_label_of_any_form_is_protected(world: World, owner: httpx.Client) -> None:
    for path, label in (("needs%20review%2F1", "needs review/1"), ("100%25", "100%"), ("%F0%9F%9A%80", "\N{ROCKET}")):
        assert protect(world, owner, path, "admin").json()["protected_label"]["label"] == label
        assert owner.delete(registry(world, path)).status_code == 204


def test_look_alikes_are_one_entry(world: World, owner: httpx.Client) -> None:
    protect(world, owner, "production", "admin")
    assert protect(world, owner, "Production", "owner").json()["protected_label"]["label"] == "Production"
    assert listed(world, owner) == {"Production": "owner"}
    assert owner.delete(registry(world, "PRODUCTION")).status_code == 204
    assert protect(world, owner, "LIVE", "admin").json()["protected_label"]["label"] == "live"


def test_who_sees_the_registry(world: World, owner: httpx.Client) -> None:
    protect(world, owner, "production", "admin")
    other = world.new_team(world.org.id)
    seeing = [
        world.person("viewer").http,
        world.person(org_role="viewer").http,
        world.person(is_admin=True).http,
        world.http(world.key("read_render")),
        world.http(world.key("read_render", teams=(world.team.id,))),
    ]
    for http in seeing:
        assert listed(world, http) == {"production": "admin"}
    for http in (world.person().http, world.http(world.key(teams=(other.id,)))):
        for path in (registry(world), registry(world, team_id=str(uuid4()))):
            answer = http.get(path)
            assert (answer.status_code, answer.json()) == (403, {"error": "forbidden", "code": "forbidden"})
    assert world.http(None).get(registry(world)).status_code == 401


GOVERNORS = [
    pytest.param("member", "member", None, 403, id="A30-member"),
    pytest.param("viewer", "member", None, 403, id="A30-viewer"),
    pytest.param("admin", "admin", None, 200, id="A30-admin-sets-admin"),
    pytest.param("admin", "owner", None, 403, id="A30-admin-sets-owner"),
    pytest.param("admin", "admin", "owner", 403, id="A30-admin-lowers-owner"),
    pytest.param("admin", "owner", "owner", 403, id="A30-admin-keeps-owner"),
    pytest.param("admin", "viewer", "admin", 200, id="A30-admin-lowers-admin"),
    pytest.param("owner", "admin", "owner", 200, id="A30-owner-lowers-owner"),
]


@pytest.mark.parametrize(("role", "new", "old", "status"), GOVERNORS)
def test_who_sets_a_protection(
    world: World, owner: httpx.Client, role: str, new: str, old: str | None, status: int
) -> None:
    if old:
        protect(world, owner, "production", old)
    answer = protect(world, world.person("admin", role).http, "production", new)
    assert answer.status_code == status
    assert listed(world, owner) == ({"production": new if status == 200 else old} if old or status == 200 else {})
    if status == 403:
        assert answer.json()["error"] == "forbidden"
        assert answer.json()["details"]["has"] == role


def test_a30_who_lifts_a_protection(world: World, owner: httpx.Client) -> None:
    protect(world, owner, "production", "owner")
    admin, member = world.person(org_role="admin").http, world.person("admin", "member").http
    assert [http.delete(registry(world, "production")).status_code for http in (member, admin)] == [403, 403]
    assert member.delete(registry(world, "nothing")).status_code == 403
    assert owner.delete(registry(world, "production")).status_code == 204


def test_an_instance_administrator_governs_as_a_member_only(world: World) -> None:
    stranger = world.person(is_admin=True)
    assert protect(world, stranger.http, "production", "admin").status_code == 403
    world.join_org(stranger.user.id, "viewer")
    assert protect(world, stranger.http, "production", "admin").status_code == 200
    assert protect(world, stranger.http, "production", "owner").status_code == 403


KEYS = [
    pytest.param("read_render", "admin", "admin", 403, id="read_render"),
    pytest.param("all", "admin", "admin", 403, id="all"),
    pytest.param("admin", "admin", "admin", 200, id="admin"),
    pytest.param("admin", "admin", "member", 403, id="maker-demoted"),
    pytest.param("admin", "member", "admin", 403, id="pinned-member"),
]


@pytest.mark.parametrize(("operation", "pinned", "now", "status"), KEYS)
def test_which_keys_govern(world: World, operation: str, pinned: str, now: str, status: int) -> None:
    maker = world.person(org_role=now).user.id
    key = world.http(world.key(operation, maker=maker, pinned_role=pinned))
    assert protect(world, key, "production", "admin").status_code == status
    limited = world.key(operation, maker=maker, pinned_role=pinned, teams=(world.new_team(world.org.id).id,))
    assert protect(world, world.http(limited), "production", "admin").status_code == 403


def test_it_takes_effect_at_once_on_labels_in_use(world: World, owner: httpx.Client) -> None:
    member = world.person("editor", "member").http
    versions = Versions(world, member)
    assert versions.tag(member, 1, "production").status_code == 200
    protect(world, owner, "production", "admin")
    assert versions.tag(member, 2, "production").status_code == 403
    assert versions.call(member, 2, add=["production"]).status_code == 403
    assert owner.delete(registry(world, "production")).status_code == 204
    assert versions.tag(member, 2, "production").status_code == 200


def test_a_team_without_organization_has_no_registry(world: World) -> None:
    loose = world.new_team(None)
    person = world.person(is_admin=True)
    world.join_team(person.user.id, "admin", loose.id)
    for method, label in (("GET", ""), ("PUT", "x"), ("DELETE", "x")):
        answer = person.http.request(method, registry(world, label, loose.id), json={"min_required_role": "admin"})
        assert (answer.status_code, answer.json()["code"]) == (409, "missing_org")


BAD = [
    pytest.param("x", b"", id="no-body"),
    pytest.param("x", b"[]", id="array"),
    pytest.param("x", b"{}", id="no-role"),
    pytest.param("x", b'{"min_required_role": 1}', id="number"),
    pytest.param("x", b'{"min_required_role": "god"}', id="unknown-role"),
    pytest.param("x" * 61, b'{"min_required_role": "admin"}', id="long-label"),
    pytest.param("%20x", b'{"min_required_role": "admin"}', id="space"),
    pytest.param("%00", b'{"min_required_role": "admin"}', id="nul"),
]


@pytest.mark.parametrize(("label", "body"), BAD)
def test_bad_input_is_refused_and_changes_nothing(world: World, owner: httpx.Client, label: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = owner.put(registry(world, label), content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    stranger = world.person("admin", "member").http.put(registry(world, label), content=body, headers=headers)
    assert stranger.status_code == 403
    assert listed(world, owner) == {}


def test_the_id_of_a_team_must_be_one(owner: httpx.Client) -> None:
    answer = owner.get("/v1/teams/x/protected-labels")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid id")


def test_every_change_is_in_the_log_and_no_repetition(world: World) -> None:
    person = world.person(org_role="owner")
    for role in ("admin", "admin", "owner"):
        protect(world, person.http, "production", role)
    person.http.delete(registry(world, "production"))
    logs = person.http.get(f"/v1/orgs/{world.org.id}/audit-logs", params={"label": "production"}).json()["logs"]
    facts = {"team_id": world.team.id, "label": "production"}
    said = [(log["action"], log["metadata"]["before"], log["metadata"]["after"]) for log in reversed(logs)]
    assert said == [
        ("protected_label.set", {}, facts | {"min_required_role": "admin"}),
        ("protected_label.set", facts | {"min_required_role": "admin"}, facts | {"min_required_role": "owner"}),
        ("protected_label.removed", facts | {"min_required_role": "owner"}, {}),
    ]
    assert {(log["actor_kind"], log["actor_id"]) for log in logs} == {("user", person.user.id)}
