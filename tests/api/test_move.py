"""Moving a prompt to another team, over HTTP: contracts/px0.md 1.4, contracts/evalguard-labels.md A29."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.roles import OrgRole
from support.answers import newest
from support.scene import SUBJECTS, Body, Scene, said
from support.world import World

UNAUTHORIZED = "401 unauthorized: unauthorized"
FORBIDDEN = "403 forbidden: forbidden"
PROTECTED = "403 protected_label: forbidden"
HIDDEN = "404 prompt_not_found: prompt not found"
NO_TARGET = "404 not_found: target team not found"
COLLISION = "409 already_exists: a prompt with this name or slug already exists in the target team"
BAD_BODY = "400 invalid_input: invalid request body"
BAD_TARGET = "400 invalid_input: invalid target team_id"
MOVE = "POST /v1/prompts/{prompt}/move"

RIGHTS = {
    "nobody": UNAUTHORIZED,
    "unknown session": UNAUTHORIZED,
    "unknown key": UNAUTHORIZED,
    "unverified editor": "403 user_not_verified: user is not verified",
    "stranger": HIDDEN,
    "instance admin": HIDDEN,
    "organization owner": HIDDEN,
    "organization admin": HIDDEN,
    "organization member": HIDDEN,
    "key of another team": HIDDEN,
    "key of another organization": HIDDEN,
    "viewer": FORBIDDEN,
    "instance admin, viewer": FORBIDDEN,
    "key, its maker a viewer now": FORBIDDEN,
    "key, its maker gone": FORBIDDEN,
    "admin key, its maker gone": FORBIDDEN,
    "editor": FORBIDDEN,
    "editor, organization admin": FORBIDDEN,
    "team admin": FORBIDDEN,
    "read_render key": FORBIDDEN,
    "all key": FORBIDDEN,
    "key of this team": FORBIDDEN,
    "admin key": "200",
    "admin key of this team": NO_TARGET,
}


@pytest.fixture
def moving(scene: Scene) -> Scene:
    """A prompt, and another team of the organization to move it to."""
    scene.prompt("live", "draft", tags={"prod": 1})
    scene.names["target"] = scene.world.new_team(scene.world.org.id).id
    return scene


def to(scene: Scene, team: str = "target") -> dict[str, str]:
    return {"team_id": scene.names[team]}


def admin_of_both(scene: Scene, org_role: str = "member") -> httpx.Client:
    person = scene.world.person("admin", org_role)
    scene.world.join_team(person.user.id, "admin", scene.names["target"])
    return person.http


def move(scene: Scene, http: httpx.Client, team: str = "target") -> httpx.Response:
    return http.post(f"/v1/prompts/{scene.names['prompt']}/move", json=to(scene, team))


def test_the_table_names_every_subject() -> None:
    assert RIGHTS.keys() == SUBJECTS.keys()


@pytest.mark.parametrize("subject", RIGHTS)
def test_a_subject_may_do_what_the_table_says(moving: Scene, subject: str) -> None:
    if RIGHTS[subject] == "200":
        assert moving.ask(subject, MOVE, to(moving)).json()["prompt"]["team_id"] == moving.names["target"]
    else:
        moving.refuses(subject, MOVE, to(moving), RIGHTS[subject])


@pytest.mark.parametrize(
    ("source", "target", "org", "expected"),
    [
        ("admin", "admin", "viewer", "200"),
        ("admin", "admin", "owner", "200"),
        ("admin", "editor", "owner", FORBIDDEN),
        ("admin", "viewer", "admin", FORBIDDEN),
        ("admin", None, "owner", FORBIDDEN),
        ("editor", "admin", "owner", FORBIDDEN),
        ("viewer", "admin", "member", FORBIDDEN),
        (None, "admin", "owner", HIDDEN),
    ],
)
def test_an_admin_of_both_teams_moves(
    moving: Scene, source: str | None, target: str | None, org: str, expected: str
) -> None:
    person = moving.world.person(source, org)
    if target:
        moving.world.join_team(person.user.id, target, moving.names["target"])
    assert said(move(moving, person.http)) == expected


def test_a_refusal_says_which_role_is_missing_where(moving: Scene) -> None:
    details = moving.refuses("team admin", MOVE, to(moving), FORBIDDEN)
    assert details == {"needs": "team role admin in the target team", "has": None}
    assert moving.refuses("editor", MOVE, to(moving), FORBIDDEN) == {"needs": "team role admin", "has": "editor"}


@pytest.mark.parametrize(
    ("request_", "body", "expected"),
    [
        ("POST /v1/prompts/nonsense/move", {"team_id": "x"}, "400 invalid_input: invalid prompt id"),
        ("POST /v1/prompts/{slug}/move", {"team_id": "x"}, "400 invalid_input: invalid prompt id"),
        ("POST /v1/prompts/{unknown}/move", b"no JSON", HIDDEN),
        (MOVE, b"no JSON", BAD_BODY),
        (MOVE, b"", BAD_BODY),
        (MOVE, [], BAD_BODY),
        (MOVE, {"team_id": 1}, BAD_BODY),
        (MOVE, {}, BAD_TARGET),
        (MOVE, {"team_id": None}, BAD_TARGET),
        (MOVE, {"team_id": ""}, BAD_TARGET),
        (MOVE, {"team_id": "nonsense"}, BAD_TARGET),
        (MOVE, {"team_id": str(uuid4())}, NO_TARGET),
    ],
)
def test_what_cannot_be_is_refused(moving: Scene, request_: str, body: Body, expected: str) -> None:
    moving.refuses("team admin", request_, body, expected)


@pytest.mark.parametrize("body", [b"no JSON", {"team_id": "nonsense"}, {"team_id": str(uuid4())}])
def test_who_may_not_is_told_that_first(moving: Scene, body: Body) -> None:
    moving.refuses("editor", MOVE, body, FORBIDDEN)


@pytest.mark.parametrize("owner", ["a foreign organization", "no organization"])
def test_a_team_that_one_has_no_part_in_is_not_there(moving: Scene, owner: str) -> None:
    world = moving.world
    moving.names["foreign"] = world.new_team(world.new_org().id if owner.startswith("a ") else None).id
    moving.refuses("team admin", MOVE, to(moving, "foreign"), NO_TARGET)
    moving.refuses("admin key", MOVE, to(moving, "foreign"), NO_TARGET)
    limited = world.http(world.key("admin", teams=(world.team.id,)))
    assert said(move(moving, limited)) == NO_TARGET


def test_everything_goes_along(moving: Scene) -> None:
    moving.does("POST /v1/prompts/{prompt}/payloads", {"variables": {"a": 1}})
    paths = ("", "/versions", "/tags", "/payloads")
    before = [moving.ask("admin key", f"GET /v1/prompts/{{prompt}}{path}").json() for path in paths]
    limited = moving.client("key of this team")
    assert limited.get(f"/v1/prompts/{moving.names['prompt']}").status_code == 200
    moved = moving.ask("admin key", MOVE, {"team_id": f"urn:uuid:{moving.names['target'].upper()}"}).json()["prompt"]
    assert moved["updated_at"] > before[0]["prompt"]["updated_at"]
    before[0]["prompt"] |= {"team_id": moving.names["target"], "updated_at": moved["updated_at"]}
    assert before[0] == {"prompt": moved}
    assert [moving.ask("admin key", f"GET /v1/prompts/{{prompt}}{path}").json() for path in paths] == before
    assert limited.get(f"/v1/prompts/{moving.names['prompt']}").status_code == 404
    assert moving.does("GET /v1/teams/{team}/prompts", subject="viewer") == []


@pytest.mark.parametrize("same", [{"name": "Same Name"}, {"name": "other", "slug": "same_name"}])
def test_a_name_or_slug_that_is_taken_is_a_conflict(moving: Scene, same: dict[str, str]) -> None:
    moving.names["prompt"] = moving.does("POST /v1/teams/{team}/prompts", {"name": "Same Name"})["id"]
    moving.does("POST /v1/teams/{target}/prompts", same, subject="admin key")
    moving.refuses("admin key", MOVE, to(moving), COLLISION)
    assert moving.does("GET /v1/prompts/{prompt}")["team_id"] == moving.names["team"]


def test_to_the_same_team_only_its_time_changes(moving: Scene) -> None:
    before = moving.does("GET /v1/prompts/{prompt}")
    after = moving.does(MOVE, to(moving, "team"), subject="team admin")
    assert after["updated_at"] > before["updated_at"]
    assert after == before | {"updated_at": after["updated_at"]}


def protect(world: World, team_id: str, label: str, role: str) -> None:
    protected = ProtectedLabel(
        team_id=team_id, label=label, min_required_role=OrgRole(role), created_by=None, created_at=datetime.now(UTC)
    )
    world.store.write_now(lambda tx: tx.protected_labels.put(protected))


@pytest.mark.parametrize("registry", ["team", "target"])
@pytest.mark.parametrize(("label", "asked"), [("prod", True), ("PROD", True), ("live", True), ("other", False)])
def test_a29_both_registries_are_asked(moving: Scene, registry: str, label: str, *, asked: bool) -> None:
    http = admin_of_both(moving)
    protect(moving.world, moving.names[registry], label, "admin")
    before = moving.changes()
    answer = move(moving, http)
    assert said(answer) == (PROTECTED if asked else "200")
    assert (moving.changes() == before) is asked
    if asked:
        details = answer.json()["details"]
        assert details["labels"] == [{"label": label, "min_required_role": "admin"}]
        assert details["your_role"] == "member"
        assert said(move(moving, admin_of_both(moving, "admin"))) == "200"


def test_a29_nothing_is_asked_for_a_prompt_that_holds_nothing(moving: Scene) -> None:
    moving.prompt("draft", "stable")
    for label in ("prod", "live"):
        protect(moving.world, moving.names["target"], label, "owner")
    assert said(move(moving, admin_of_both(moving))) == "200"


def test_a29_each_registry_asks_for_a_role_in_its_own_organization(moving: Scene) -> None:
    world, other = moving.world, moving.world.new_org()
    moving.names["target"] = world.new_team(other.id).id
    person = world.person("admin", "owner")
    world.join_org(person.user.id, "member", other.id)
    world.join_team(person.user.id, "admin", moving.names["target"])
    protect(world, moving.names["target"], "prod", "admin")
    assert said(move(moving, person.http)) == PROTECTED
    world.join_org(person.user.id, "admin", other.id)
    assert said(move(moving, person.http)) == "200"
    world.join_org(person.user.id, "member", other.id)
    assert said(move(moving, person.http, "team")) == PROTECTED


def _elsewhere(world: World) -> tuple[str, list[str]]:
    org = world.new_org()
    return world.new_team(org.id).id, [f"org:{world.org.id}", f"org:{org.id}"]


def _nowhere(world: World) -> tuple[str, list[str]]:
    team = world.new_team(None).id
    return team, [f"org:{world.org.id}", f"team:{team}"]


def _beside(world: World) -> tuple[str, list[str]]:
    return world.new_team(world.org.id).id, [f"org:{world.org.id}"]


TARGETS = {"the same organization": _beside, "another organization": _elsewhere, "no organization": _nowhere}


@pytest.mark.parametrize("target", TARGETS)
def test_the_log_of_both_scopes_tells_it(scene: Scene, target: str) -> None:
    prompt = scene.prompt("live")
    scene.names["target"], scopes = TARGETS[target](scene.world)
    http = admin_of_both(scene)
    before = scene.changes()
    assert said(move(scene, http)) == "200"
    assert scene.changes() == before + len(scopes)
    for scope in scopes:
        change = newest(scene.world, "prompt.moved", scope).change
        assert (change.object_id, change.prompt_id) == (prompt["id"], prompt["id"])
        assert change.before["team_id"] == scene.names["team"]
        assert change.after["team_id"] == scene.names["target"]
        assert change.after["slug"] == prompt["slug"]


def test_prompts_that_change_places_do_not_wait_for_each_other(moving: Scene) -> None:
    protect(moving.world, moving.names["team"], "prod", "viewer")
    ids = [moving.names["prompt"], moving.prompt("live", tags={"prod": 1})["id"]]
    http = [admin_of_both(moving), admin_of_both(moving)]
    teams = [moving.names["team"], moving.names["target"]]

    def back_and_forth(at: int) -> list[Any]:
        calls = [{"team_id": teams[(turn + at) % 2]} for turn in range(10)]
        return [http[at].post(f"/v1/prompts/{ids[at]}/move", json=call).status_code for call in calls]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(back_and_forth, range(2))) == [[200] * 10] * 2
