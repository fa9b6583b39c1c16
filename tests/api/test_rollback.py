"""Rolling back over HTTP: px0's route for the live version, and ours for a label; both keep why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from support.scene import Scene

ROLL_BACK = "POST /v1/prompts/{prompt}/rollback"
ROLL_BACK_TAG = "POST /v1/prompts/{prompt}/tags/prod/rollback"
WHY = "complaints"


def to(target: Any, **more: Any) -> dict[str, Any]:
    return {"target_version": target, "rollback_reason": WHY, **more}


def tag(scene: Scene, number: int, name: str = "prod") -> None:
    scene.does(f"POST /v1/prompts/{{prompt}}/versions/{number}/tags", {"tag": name})


@pytest.mark.parametrize("target", [1, "old"])
def test_a_stable_version_is_live_again_and_the_log_says_why(scene: Scene, target: Any) -> None:
    scene.prompt("stable", "live", tags={"old": 1})
    before = scene.changes()
    version = scene.does(ROLL_BACK, to(target))
    assert (version["version"], version["status"], scene.versions()) == (1, "live", {1: "live", 2: "stable"})
    told = [(entry.change.action, entry.change.label, entry.change.reason) for entry in scene.entries(before)]
    assert told == [("version.displaced", "live", WHY), ("version.rolled_back", "live", WHY)]


def test_where_nothing_is_live_a_stable_version_becomes_live(scene: Scene) -> None:
    scene.prompt("stable")
    before = scene.changes()
    assert scene.does(ROLL_BACK, to(1))["status"] == "live"
    assert [entry.change.action for entry in scene.entries(before)] == ["version.rolled_back"]


@pytest.mark.parametrize(("number", "status"), [(1, "draft"), (2, "live"), (3, "archived")])
def test_only_a_stable_version_is_rolled_back_to(scene: Scene, number: int, status: str) -> None:
    scene.prompt("draft", "live", "archived")
    words = "409 wrong_status: can only rollback to stable version: conflict"
    assert scene.refuses("editor", ROLL_BACK, to(number), words) == {"status": status}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "400 invalid_input: target_version must be greater than 0"),
        (to(0), "400 invalid_input: target_version must be greater than 0"),
        (to(-1), "400 invalid_input: target_version must be greater than 0"),
        (to(""), "400 invalid_input: target_version must be greater than 0"),
        ({"target_version": 1}, "400 invalid_input: rollback_reason is required"),
        (to(1) | {"rollback_reason": "  "}, "400 invalid_input: rollback_reason is required"),
        (to(1) | {"rollback_reason": "x" * 1001}, "400 invalid_input: reason must be at most 1000 characters"),
        (to(1.5), "400 invalid_input: invalid request body"),
        (
            to(1, expected_version=-1),
            "400 invalid_input: expected_version must be the number of a version, or 0 for none",
        ),
        (to(9), "404 version_not_found: version not found"),
        (to("none"), "404 version_not_found: version not found"),
        (
            to(1, expected_version=1),
            "409 moved_meanwhile: 'live' is on version 2, not on version 1: it moved meanwhile",
        ),
    ],
    ids=str,
)
def test_a_bad_request_changes_nothing(scene: Scene, body: dict[str, Any], expected: str) -> None:
    scene.prompt("stable", "live")
    scene.refuses("editor", ROLL_BACK, body, expected)


def test_a_label_goes_back_to_where_it_was(scene: Scene) -> None:
    scene.prompt("stable", "stable", "draft", tags={"prod": 1})
    tag(scene, 2)
    tag(scene, 3)
    before = scene.changes()
    back = scene.ask("editor", ROLL_BACK_TAG, {"reason": WHY, "expected_version": 3}).json()
    assert (back["tag"], back["version"]["version"], scene.tags()) == ("prod", 2, {"prod": 2})
    (entry,) = scene.entries(before)
    assert (entry.change.action, entry.change.reason) == ("label.moved", WHY)
    words = "409 moved_meanwhile: 'prod' is on version 2, not on version 3: it moved meanwhile"
    scene.refuses("editor", ROLL_BACK_TAG, {"expected_version": 3}, words)
    assert scene.does(ROLL_BACK_TAG)["version"] == 3, "a second call takes the first one back"


def test_a_label_that_was_new_is_taken_away_and_one_that_was_removed_comes_back(scene: Scene) -> None:
    scene.prompt("stable", tags={"prod": 1})
    assert scene.ask("editor", ROLL_BACK_TAG).json() == {"tag": "prod", "version": None}
    assert scene.tags() == {}
    assert scene.does(ROLL_BACK_TAG)["version"] == 1
    assert scene.tags() == {"prod": 1}


def test_a_label_goes_back_to_where_it_was_at_a_time_however_often_that_is_asked(scene: Scene) -> None:
    scene.prompt("stable", "stable", "stable", tags={"prod": 1})
    first = datetime.now(UTC).isoformat()
    tag(scene, 2)
    tag(scene, 3)
    for _ in range(2):
        before = scene.changes()
        assert scene.does(ROLL_BACK_TAG, {"at": first})["version"] == 1
        assert scene.tags() == {"prod": 1}
    assert scene.entries(before) == []


def test_live_goes_back_to_where_it_was(scene: Scene) -> None:
    scene.prompt("draft", "draft")
    for number in (1, 2):
        scene.does(f"POST /v1/prompts/{{prompt}}/versions/{number}/promote", {"to": "live"})
    live = ROLL_BACK_TAG.replace("prod", "live")
    assert scene.does(live, {"reason": WHY})["version"] == 1
    assert scene.versions() == {1: "live", 2: "stable"}
    assert scene.does(live)["version"] == 2
    scene.does("POST /v1/prompts/{prompt}/versions/2/demote")
    assert scene.does(live)["version"] == 2
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    before = scene.changes()
    assert scene.does(live, {"at": now})["version"] == 2
    assert scene.entries(before) == []


def test_live_that_was_nowhere_is_nowhere_again(scene: Scene) -> None:
    scene.prompt("live")
    live = ROLL_BACK_TAG.replace("prod", "live")
    assert scene.ask("editor", live).json() == {"tag": "live", "version": None}
    assert scene.versions() == {1: "stable"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"at": "yesterday"}, "400 invalid_input: at must be an RFC 3339 time, such as 2030-01-31T12:00:00Z"),
        ({"at": "2999-01-01T00:00:00Z"}, "400 invalid_input: at must not be in the future"),
        ({"at": 7}, "400 invalid_input: invalid request body"),
    ],
    ids=str,
)
def test_a_bad_time_changes_nothing(scene: Scene, body: dict[str, Any], expected: str) -> None:
    scene.prompt("stable", "stable", tags={"prod": 1})
    tag(scene, 2)
    scene.refuses("editor", ROLL_BACK_TAG, body, expected)


def test_what_was_never_there_or_is_gone_is_not_found(scene: Scene) -> None:
    scene.prompt("draft", "stable", tags={"prod": 1})
    scene.refuses("editor", ROLL_BACK_TAG.replace("prod", "none"), None, "404 label_not_found: tag not found")
    live = ROLL_BACK_TAG.replace("prod", "live")
    words = "404 no_live_version: no live version found for this prompt"
    scene.refuses("editor", live, None, words)
    tag(scene, 2)
    scene.does("DELETE /v1/prompts/{prompt}/versions/1")
    scene.refuses("editor", ROLL_BACK_TAG, None, "404 version_not_found: version not found")


def test_a_protected_label_is_rolled_back_by_who_may_move_it(scene: Scene) -> None:
    scene.prompt("stable", "stable", tags={"prod": 1})
    tag(scene, 2)
    scene.does(
        "PUT /v1/teams/{team}/protected-labels/prod", {"min_required_role": "admin"}, subject="organization admin"
    )
    details = scene.refuses("editor", ROLL_BACK_TAG, None, "403 protected_label: forbidden")
    assert [one["label"] for one in details["labels"]] == ["prod"]
    assert scene.does(ROLL_BACK_TAG, subject="editor, organization admin")["version"] == 1
