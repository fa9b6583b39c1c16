"""What one may do oneself, over HTTP: it says what trying it would."""

from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene

TEAM = "GET /v1/teams/{team}/permissions"
PROMPT = "GET /v1/prompts/{prompt}/permissions"
OF_TEAM = ("create_prompts", "update_team", "protect_labels", "manage_api_keys", "manage_webhooks", "read_audit_log")

MAY = [
    ("viewer", (), "viewer", "viewer"),
    ("editor", ("create_prompts",), "editor", "member"),
    ("team admin", ("create_prompts", "update_team"), "admin", "member"),
    ("editor, organization admin", OF_TEAM, "editor", "admin"),
    ("instance admin, viewer", OF_TEAM[1:], "viewer", "admin"),
    ("read_render key", (), "viewer", "admin"),
    ("all key", ("create_prompts",), "editor", "admin"),
    (
        "admin key",
        ("create_prompts", "update_team", "protect_labels", "manage_webhooks", "read_audit_log"),
        "admin",
        "admin",
    ),
]


def actions(scene: Scene, request: str, subject: str) -> tuple[str, ...]:
    permissions = scene.does(request, subject=subject)
    return tuple(one["action"] for one in permissions["actions"] if one["allowed"])


@pytest.mark.parametrize(("subject", "allowed", "team_role", "org_role"), MAY)
def test_everybody_learns_what_they_may_do_in_a_team(
    shared: Scene, subject: str, allowed: tuple[str, ...], team_role: str, org_role: str
) -> None:
    told = shared.does(TEAM, subject=subject)
    assert (told["team_role"], told["org_role"]) == (team_role, org_role)
    assert actions(shared, TEAM, subject) == allowed


def test_what_one_may_not_do_is_explained(shared: Scene) -> None:
    told = {one["action"]: one for one in shared.does(TEAM, subject="viewer")["actions"]}
    assert told["create_prompts"] == {
        "action": "create_prompts",
        "allowed": False,
        "reason": "needs team role editor, has viewer",
        "needs": "team role editor",
        "has": "viewer",
    }
    assert told["read_audit_log"]["reason"] == "needs organization role admin, has viewer"
    told = {one["action"]: one for one in shared.does(TEAM, subject="all key")["actions"]}
    assert told["manage_api_keys"]["reason"] == "needs access token, has API key"


WRITES = ("update_prompt", "create_versions", "update_versions", "write_payloads")
ALL = ("update_prompt", "archive_prompt", "restore_prompt", "move_prompt", *WRITES[1:])


@pytest.mark.parametrize(
    ("subject", "allowed"),
    [
        ("viewer", ()),
        ("editor", WRITES),
        ("team admin", ALL),
        ("editor, organization admin", (*WRITES, "purge_versions")),
        ("instance admin, viewer", ("purge_versions",)),
        ("read_render key", ()),
        ("all key", WRITES),
    ],
)
def test_everybody_learns_what_they_may_do_with_a_prompt(shared: Scene, subject: str, allowed: tuple[str, ...]) -> None:
    assert actions(shared, PROMPT, subject) == allowed


def labels(scene: Scene, subject: str) -> dict[str, dict[str, Any]]:
    return {one["label"]: one for one in scene.does(PROMPT, subject=subject)["labels"]}


def test_labels_say_whether_they_may_be_moved_and_why_not(scene: Scene) -> None:
    scene.prompt("stable", "live", "draft", tags={"prod": 1, "free": 2})
    scene.protect("Prod", "admin")
    scene.protect("live", "member", approvals=2)
    scene.protect("release", "member", immutable=True)
    told = labels(scene, "editor")
    assert {label: (one["version"], one["protected"], one["allowed"]) for label, one in told.items()} == {
        "Prod": (None, True, False),
        "free": (2, False, True),
        "live": (2, True, False),
        "prod": (1, True, False),
        "release": (None, True, True),
    }
    assert told["prod"]["can_request_approval"]
    assert told["prod"]["reason"] == "protected label: 'Prod' needs admin; your role is member"
    assert told["live"]["missing"] == [{"label": "live", "min_required_role": "member", "approvals": 2}]
    assert labels(scene, "editor, organization admin")["prod"]["allowed"]
    scene.does("POST /v1/prompts/{prompt}/versions/1/tags", {"tag": "release"})
    stays = labels(scene, "editor, organization admin")["release"]
    assert (stays["allowed"], stays["can_request_approval"]) == (False, False)


def test_who_only_reads_may_move_no_label(scene: Scene) -> None:
    scene.prompt("live", tags={"free": 1})
    for one in labels(scene, "viewer").values():
        assert (one["allowed"], one["reason"]) == (False, "needs team role editor, has viewer")


def test_a_limited_key_hears_of_its_labels_only(scene: Scene) -> None:
    scene.prompt("live", tags={"prod": 1, "qa": 1})
    key = scene.world.http(scene.world.key("all", reads=("prod", "qa"), moves=("qa",)))
    told = key.get(f"/v1/prompts/{scene.names['prompt']}/permissions").json()["permissions"]["labels"]
    assert {one["label"]: one["allowed"] for one in told} == {"prod": False, "qa": True}
    assert told[0]["reason"] == "needs an API key that may move 'prod', has one limited to moving 'qa'"


def test_a_team_without_organization_has_nothing_to_govern(scene: Scene) -> None:
    team = scene.world.new_team(None)
    person = scene.world.person("editor")
    scene.world.join_team(person.user.id, "admin", team.id)
    told = person.http.get(f"/v1/teams/{team.id}/permissions").json()["permissions"]
    assert (told["team_role"], told["org_role"]) == ("admin", None)
    refused = {one["action"]: one["reason"] for one in told["actions"] if not one["allowed"]}
    assert refused == dict.fromkeys(OF_TEAM[2:], "needs a team that belongs to an organization")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /v1/teams/nonsense/permissions", "400 invalid_input: invalid id"),
        ("GET /v1/teams/{unknown}/permissions", "403 forbidden: forbidden"),
        ("GET /v1/prompts/nonsense/permissions", "400 invalid_input: invalid prompt id"),
        ("GET /v1/prompts/{foreign}/permissions", "404 prompt_not_found: prompt not found"),
    ],
)
def test_what_is_not_there_has_no_permissions(shared: Scene, request_: str, expected: str) -> None:
    shared.refuses("viewer", request_, None, expected)
