"""Who may move labels and the live status: every path, every role, every credential."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from promptwire.domain.errors import NotFound
from support.prompts import Versions, labels_path, protect
from support.world import World

PRODUCTION = {"add": ["production"]}


@pytest.fixture
def admin(world: World) -> httpx.Client:
    return world.person("admin", "owner").http


@pytest.fixture
def member(world: World) -> httpx.Client:
    return world.person("editor", "member").http


@pytest.fixture
def versions(world: World, admin: httpx.Client) -> Versions:
    """Three versions: the first is `production`, the second is live and `qa`."""
    made = Versions(world, admin)
    made.call(admin, 1, add=["production"])
    made.call(admin, 2, add=["qa"])
    assert admin.post(f"{made.path}/versions/2/promote", json={"to": "live"}).status_code == 200
    return made


def code(answer: httpx.Response) -> str | None:
    return None if answer.status_code == 200 else answer.json()["error"]["code"]


ROLES = [
    pytest.param("viewer", None, "FORBIDDEN", id="A20-viewer"),
    pytest.param("member", None, None, id="A20-member"),
    pytest.param("admin", None, None, id="A20-admin"),
    pytest.param("viewer", "viewer", "FORBIDDEN", id="A21-viewer"),
    pytest.param("member", "viewer", None, id="A21-member"),
    pytest.param("member", "member", None, id="member-at-member"),
    pytest.param("member", "admin", "PROTECTED_LABEL", id="A3-member-at-admin"),
    pytest.param("admin", "admin", None, id="admin-at-admin"),
    pytest.param("admin", "owner", "PROTECTED_LABEL", id="A3-admin-at-owner"),
    pytest.param("owner", "owner", None, id="owner-at-owner"),
]


@pytest.mark.parametrize(("role", "needed", "refused"), ROLES)
def test_a_role_in_the_organization_decides(
    world: World, versions: Versions, admin: httpx.Client, role: str, needed: str | None, refused: str | None
) -> None:
    if needed:
        assert protect(world, admin, "production", needed).status_code == 200
    part = {"viewer": "viewer", "member": "editor"}.get(role)
    answer = versions.call(world.person(part, role).http, 3, add=["production"])
    assert code(answer) == refused
    assert versions.labels(admin)["production"] == (1 if refused else 3)


def test_an_instance_administrator_who_is_a_member_counts_as_admin(
    world: World, versions: Versions, admin: httpx.Client
) -> None:
    protect(world, admin, "production", "admin")
    person = world.person("editor", "member", is_admin=True)
    assert code(versions.call(person.http, 3, add=["production"])) is None


def test_a3_a4_one_refusal_names_every_label_and_changes_nothing(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    protect(world, admin, "production", "owner")
    protect(world, admin, "qa", "admin")
    protect(world, admin, "ok", "member")
    before = versions.labels(admin)
    answer = versions.call(member, 3, add=["ok", "free", "qa"], remove=["production"])
    assert (answer.status_code, code(answer)) == (403, "PROTECTED_LABEL")
    assert answer.json()["error"]["details"] == {
        "labels": [{"label": "production", "minRequiredRole": "owner"}, {"label": "qa", "minRequiredRole": "admin"}],
        "yourRole": "member",
    }
    assert versions.labels(admin) == before
    on_v1 = versions.tag(member, 3, "production")
    assert (on_v1.status_code, on_v1.json()["error"], on_v1.json()["code"]) == (403, "forbidden", "protected_label")
    assert on_v1.json()["details"]["labels"] == [{"label": "production", "min_required_role": "owner"}]
    assert on_v1.json()["details"]["your_role"] == "member"


@pytest.mark.parametrize(
    ("number", "body"),
    [
        pytest.param(1, {"add": ["production"]}, id="A5-there-already"),
        pytest.param(3, {"remove": ["production"]}, id="A5-not-there"),
        pytest.param(3, {"add": ["PRODUCTION"]}, id="A15-case"),
        pytest.param(3, {"add": ["ｐroduction"]}, id="A15-width"),  # noqa: RUF001 - a look-alike
        pytest.param(3, {"remove": ["Production"]}, id="A15-remove"),
    ],
)
def test_a_low_role_is_refused_also_where_nothing_would_change(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client, number: int, body: dict[str, list[str]]
) -> None:
    protect(world, admin, "production", "admin")
    assert code(versions.call(member, number, **body)) == "PROTECTED_LABEL"
    assert versions.labels(admin) == {"production": 1, "qa": 2}


def _versions(action: str, number: int, method: str = "POST", **json: str) -> Callable[[Versions], httpx.Request]:
    return lambda versions: httpx.Request(method, f"{versions.path}/versions/{number}{action}", json=json or None)


def _prompt(action: str, method: str = "POST") -> Callable[[Versions], httpx.Request]:
    return lambda versions: httpx.Request(method, versions.path + action)


PATHS = [
    pytest.param("production", _versions("/tags", 3, tag="production"), id="tag-set"),
    pytest.param("production", _prompt("/tags/production", "DELETE"), id="tag-delete"),
    pytest.param("production", _prompt("/tags/Production", "DELETE"), id="A15-tag-delete-look-alike"),
    pytest.param("production", _versions("", 1, "DELETE"), id="A27-delete-draft"),
    pytest.param("qa", _versions("", 2, "DELETE"), id="A27-delete-live"),
    pytest.param("qa", _versions("/archive", 2), id="A27-archive-version"),
    pytest.param("production", _prompt("/archive"), id="A27-archive-prompt"),
    pytest.param("production", _versions("", 1, "PUT", template="changed"), id="edit-under-the-label"),
    pytest.param("live", _versions("/promote", 3, to="live"), id="live-promote"),
    pytest.param("live", _versions("/demote", 2), id="live-demote"),
    pytest.param("live", _versions("/archive", 2), id="live-archive"),
    pytest.param("live", _versions("", 2, "DELETE"), id="live-delete"),
    pytest.param("live", _prompt("/archive"), id="live-archive-prompt"),
]


@pytest.mark.parametrize(("label", "make"), PATHS)
@pytest.mark.parametrize("credential", ["person", "key"])
def test_no_path_walks_around_protection(
    world: World,
    versions: Versions,
    admin: httpx.Client,
    label: str,
    make: Callable[[Versions], httpx.Request],
    credential: str,
) -> None:
    person = world.person("admin", "member")
    low = person.http if credential == "person" else world.http(world.key("admin", maker=person.user.id))
    protect(world, admin, label, "admin")
    before = admin.get(f"{versions.path}/versions").json(), admin.get(versions.path).json()
    request = make(versions)
    answer = low.request(request.method, request.url.path, content=request.content, headers=request.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "protected_label")
    assert answer.json()["details"]["labels"] == [{"label": label, "min_required_role": "admin"}]
    assert (admin.get(f"{versions.path}/versions").json(), admin.get(versions.path).json()) == before
    world.join_org(person.user.id, "admin")
    answer = low.request(request.method, request.url.path, content=request.content, headers=request.headers)
    assert answer.status_code in {200, 204, 404}, answer.text
    assert answer.status_code != 404 or "Production" in request.url.path


def test_what_is_not_protected_moves_as_ever(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    protect(world, admin, "live", "admin")
    assert versions.tag(member, 3, "qa").status_code == 200
    assert member.post(f"{versions.path}/versions/1/promote").json()["version"]["status"] == "stable"
    protect(world, admin, "production", "admin")
    assert member.delete(f"{versions.path}/versions/3").status_code == 204


def test_protection_is_a_teams_own(world: World, admin: httpx.Client, member: httpx.Client) -> None:
    other = world.new_team(world.org.id)
    assert protect(world, admin, "production", "admin", team_id=other.id).status_code == 200
    versions = Versions(world, member)
    assert code(versions.call(member, 1, add=["production"])) is None


def key_of(world: World, operation: str, maker: str, **limits: tuple[str, ...]) -> httpx.Client:
    return world.http(world.key(operation, maker=maker, **limits))  # type: ignore[arg-type]  # teams


KEYS = [
    pytest.param("read_render", "admin", "admin", "FORBIDDEN", id="read_render"),
    pytest.param("all", "admin", "admin", None, id="all-of-admin"),
    pytest.param("admin", "admin", "admin", None, id="admin-of-admin"),
    pytest.param("all", "admin", "member", "PROTECTED_LABEL", id="maker-demoted"),
    pytest.param("all", "member", "admin", "PROTECTED_LABEL", id="maker-raised-later"),
    pytest.param("all", "admin", "viewer", "FORBIDDEN", id="maker-now-viewer"),
    pytest.param("all", "viewer", "admin", "FORBIDDEN", id="pinned-viewer"),
]


@pytest.mark.parametrize(("operation", "pinned", "now", "refused"), KEYS)
def test_a_key_moves_no_more_than_its_maker_then_and_now(
    world: World, versions: Versions, admin: httpx.Client, operation: str, pinned: str, now: str, refused: str | None
) -> None:
    protect(world, admin, "production", "admin")
    maker = world.person("editor", now).user.id
    key = world.http(world.key(operation, maker=maker, pinned_role=pinned))
    assert code(versions.call(key, 3, add=["production"])) == refused


def test_the_scope_of_a_key(world: World, versions: Versions) -> None:
    other = world.new_team(world.org.id)
    assert code(versions.call(world.http(world.key(teams=(world.team.id,))), 3, **PRODUCTION)) is None
    assert code(versions.call(world.http(world.key(teams=(other.id,))), 3, **PRODUCTION)) == "NOT_A_MEMBER"
    assert code(versions.call(world.http(world.key("read_render", teams=(other.id,))), 3)) == "NOT_A_MEMBER"
    elsewhere = World(world.server, world.store)
    assert code(versions.call(elsewhere.http(elsewhere.key("admin")), 3, **PRODUCTION)) == "NOT_A_MEMBER"
    elsewhere.close()


def test_a_key_whose_maker_is_gone_is_nobodys(world: World, versions: Versions) -> None:
    maker = world.person()
    key = world.http(world.key(maker=maker.user.id))
    assert code(versions.call(key, 3, **PRODUCTION)) == "NOT_A_MEMBER"
    assert key.get(versions.path).status_code == 200  # what it reads does not depend on its maker


def test_a_credential_that_means_nothing(world: World, versions: Versions) -> None:
    answers = [versions.call(world.http(token), 1) for token in (None, "ak_" + "0" * 64, "sess_x", "eg_live_x")]
    assert [(answer.status_code, code(answer)) for answer in answers] == [
        (401, "UNAUTHORIZED"),
        *[(401, "INVALID_API_KEY")] * 3,
    ]
    unverified = world.person(org_role="owner", is_verified=False)
    assert code(versions.call(unverified.http, 1)) == "FORBIDDEN"


def test_a_label_that_nobody_holds_is_refused_before_it_is_missed(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    protect(world, admin, "ghost", "admin")
    assert member.delete(f"{versions.path}/tags/ghost").status_code == 403
    answer = admin.delete(f"{versions.path}/tags/ghost")
    assert (answer.status_code, answer.json()["code"]) == (404, NotFound("label").code.value)


@pytest.mark.parametrize(
    ("part", "role", "expected"),
    [
        pytest.param(None, "member", 403, id="A20-not-in-the-team"),
        pytest.param("viewer", "member", 403, id="A20-viewer-of-the-team"),
        pytest.param("editor", "member", 200, id="A20-editor-of-the-team"),
        pytest.param(None, "admin", 200, id="A20-administrator-of-the-organization"),
    ],
)
def test_a_label_write_needs_a_team_editor_or_an_administrator(
    world: World, versions: Versions, part: str | None, role: str, expected: int
) -> None:
    answer = world.person(part, role).http.post(labels_path(versions.ids[3]), json={"add": ["x"]})
    assert (answer.status_code, code(answer)) == (expected, None if expected == 200 else "FORBIDDEN")


def test_a_member_outside_the_team_is_known_on_api_v1_and_a_stranger_on_v1(world: World, versions: Versions) -> None:
    outsider = world.person(org_role="member").http
    assert versions.tag(outsider, 3, "x").status_code == 404
    assert code(outsider.post(labels_path(versions.ids[3]), json={})) == "FORBIDDEN"
