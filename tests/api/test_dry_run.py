"""Dry runs: what would come of a move, what is missing for it, and nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from support.governed import VERSIONS, Governed
from support.world import World


@pytest.fixture
def scene(world: World) -> Governed:
    return Governed(world)


def foreseen(scene: Governed, who: str, request_line: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    before, state = scene.changes(), (scene.versions(), scene.tags())
    answer = scene.ask(who, f"{request_line}?dry_run=true", body)
    assert answer.status_code == 200, answer.text
    assert (scene.changes(), (scene.versions(), scene.tags())) == (before, state)
    found: dict[str, Any] = answer.json()["dry_run"]
    return found


def move(label: str, origin: int | None, to: int | None, *, effect: str = "leads") -> dict[str, Any]:
    changes = origin != to
    return {"label": label, "from_version": origin, "to_version": to, "changes": changes, "effect": effect}


MOVES: list[Any] = [
    pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "prod"}, [move("prod", 1, 2)], [], id="tag-set"),
    pytest.param(f"POST {VERSIONS}/1/tags", {"tag": "prod"}, [move("prod", 1, 1)], [], id="tag-set-again"),
    pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "new"}, [move("new", None, 2)], [], id="tag-set-new"),
    pytest.param("DELETE /v1/prompts/{prompt}/tags/prod", None, [move("prod", 1, None)], [], id="tag-delete"),
    pytest.param(
        f"POST {VERSIONS}/2/promote",
        {"to": "live"},
        [move("live", 1, 2)],
        [(1, "live", "stable"), (2, "stable", "live")],
        id="promote",
    ),
    pytest.param(f"POST {VERSIONS}/4/promote", None, [], [(4, "draft", "stable")], id="promote-a-step"),
    pytest.param(f"POST {VERSIONS}/1/demote", None, [move("live", 1, None)], [(1, "live", "stable")], id="demote"),
    pytest.param(
        f"POST {VERSIONS}/1/archive",
        None,
        [move("prod", 1, 1, effect="retires"), move("live", 1, None)],
        [(1, "live", "archived")],
        id="archive",
    ),
    pytest.param(f"DELETE {VERSIONS}/4", None, [move("next", 4, None)], [], id="delete-draft"),
]


@pytest.mark.parametrize(("request_line", "body", "moves", "statuses"), MOVES)
def test_a_dry_run_says_what_would_happen(
    scene: Governed,
    request_line: str,
    body: dict[str, Any] | None,
    moves: list[dict[str, Any]],
    statuses: list[tuple[int, str, str]],
) -> None:
    found = foreseen(scene, "ed", request_line, body)
    assert found["moves"] == moves
    assert [(one["version"], one["from_status"], one["to_status"]) for one in found["statuses"]] == statuses
    assert (found["allowed"], found["missing"], found["can_request_approval"]) == (True, [], False)
    assert found["displaces"] == (1 if len(statuses) == 2 else None)


def test_a_dry_run_says_what_is_missing(scene: Governed) -> None:
    scene.govern("live", approvals=2)
    found = foreseen(scene, "ed", f"POST {VERSIONS}/2/promote", {"to": "live"})
    assert (found["allowed"], found["your_role"], found["can_request_approval"]) == (False, "member", True)
    assert found["missing"] == [{"label": "live", "min_required_role": "admin", "approvals": 2}]
    assert found["displaces"] == 1
    scene.govern("prod", immutable=True)
    found = foreseen(scene, "olga", f"POST {VERSIONS}/2/tags", {"tag": "prod"})
    assert found["missing"] == [{"label": "prod", "min_required_role": "admin", "immutable": True}]
    assert (found["allowed"], found["can_request_approval"]) == (False, False)


def test_a_dry_run_in_the_body_wins_over_a_request_for_approval(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    asked = {"tag": "prod", "dry_run": True, "request_approval": True}
    before = scene.changes()
    assert "dry_run" in scene.ask("ed", f"POST {VERSIONS}/2/tags", asked).json()
    assert scene.changes() == before


def test_what_could_not_be_done_at_all_is_an_error_in_a_dry_run_too(scene: Governed) -> None:
    def refused(who: str, request_line: str, body: dict[str, Any] | None, words: str) -> None:
        scene.refuses(who, f"{request_line}?dry_run=1", body, words)

    refused("viewer", f"POST {VERSIONS}/2/tags", {"tag": "x"}, "403 forbidden: forbidden")
    refused("ed", f"POST {VERSIONS}/9/tags", {"tag": "x"}, "404 version_not_found: version not found")
    refused("ed", "DELETE /v1/prompts/{prompt}/tags/ghost", None, "404 label_not_found: tag not found")
    refused("ed", f"POST {VERSIONS}/2/demote", None, "422 wrong_status: only live versions can be demoted: conflict")
    whole = "400 invalid_input: dry_run is for moves of a version's labels and status"
    refused("olga", "POST /v1/prompts/{prompt}/archive", None, whole)
    words = "400 invalid_input: dry_run must be true or false"
    scene.refuses("ed", f"POST {VERSIONS}/2/tags?dry_run=maybe", {"tag": "x"}, words)
    limited = scene.world.http(scene.world.key("all", moves=("qa",)))
    scene.subjects = {**scene.subjects, "mover": lambda _world: limited}
    refused("mover", f"POST {VERSIONS}/2/tags", {"tag": "prod"}, "403 forbidden: forbidden")


def test_evalguards_route_foresees_too(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    version = scene.does(f"GET {VERSIONS}/2")["id"]
    before = scene.changes()
    asked = {"add": ["prod", "new"], "remove": ["next"], "dryRun": True}
    answer = scene.ask("olga", f"POST /api/v1/prompts/{version}/labels", asked)
    assert answer.json() == {
        "success": True,
        "data": {
            "dryRun": {
                "allowed": False,
                "moves": [
                    {"label": "next", "fromVersion": 4, "toVersion": 4},
                    {"label": "prod", "fromVersion": 1, "toVersion": 2},
                    {"label": "new", "fromVersion": None, "toVersion": 2},
                ],
                "missing": [{"label": "prod", "minRequiredRole": "admin", "approvals": 1}],
                "canRequestApproval": True,
                "stoppedByChecks": [],
            }
        },
    }
    assert (answer.status_code, scene.changes()) == (200, before)
    for field, value in (("dryRun", "yes"), ("requestApproval", 1), ("reason", 1)):
        answer = scene.ask("olga", f"POST /api/v1/prompts/{version}/labels", {field: value})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
        assert answer.json()["error"]["details"] == {"field": field}
