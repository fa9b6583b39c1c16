"""Checks that a policy or the team asks for: they stop a move, whoever asks for it, and a dry run foresees them."""

from __future__ import annotations

from typing import Any

import pytest

from support.governed import VERSIONS, Governed
from support.world import World

TO_5 = (f"POST {VERSIONS}/5/tags", {"tag": "prod"})
LIVE_5 = (f"POST {VERSIONS}/5/promote", {"to": "live"})
STOPPED = "422 checks_failed: checks failed"


@pytest.fixture
def scene(world: World) -> Governed:
    """Version 5 needs a variable that neither the saved payload nor version 1's callers have."""
    scene = Governed(world)
    scene.does("POST /v1/prompts/{prompt}/payloads", {"name": "usual", "variables": {"name": "Ada"}})
    scene.does(f"POST {VERSIONS}", {"template": "Hello {{.name}} of {{.city}}"})
    return scene


def stopped(scene: Governed, who: str, request: tuple[str, dict[str, Any]]) -> list[tuple[str, set[str]]]:
    details = scene.refuses(who, *request, STOPPED)
    return [(one["label"], {found["check"] for found in one["findings"]}) for one in details["labels"]]


@pytest.mark.parametrize("check", ["renders", "breaking"])
def test_a_check_that_a_policy_asks_for_stops_the_move(scene: Governed, check: str) -> None:
    scene.govern("prod", "member", checks=[check])
    assert stopped(scene, "olga", TO_5) == [("prod", {check})]
    scene.does(f"POST {VERSIONS}/2/tags", {"tag": "prod"})
    scene.govern("prod", checks=[])
    scene.does(*TO_5, subject="olga")


def test_a_check_that_the_team_asks_for_stops_a_promotion_to_live_only(scene: Governed) -> None:
    scene.does("PUT /v1/teams/{team}", {"promotion_checks": ["renders"]}, subject="team admin")
    assert stopped(scene, "ed", LIVE_5) == [("live", {"renders"})]
    scene.does(f"POST {VERSIONS}/5/promote", {"to": "stable"})
    scene.does(*TO_5)
    rollback = ("POST /v1/prompts/{prompt}/rollback", {"target_version": 5, "rollback_reason": "x"})
    assert stopped(scene, "ed", rollback) == [("live", {"renders"})]
    scene.does(f"POST {VERSIONS}/2/promote", {"to": "live"})
    scene.does("PUT /v1/teams/{team}", {"promotion_checks": []}, subject="team admin")
    scene.does(*LIVE_5)


def test_evalguards_route_is_stopped_too(scene: Governed) -> None:
    scene.govern("prod", "member", checks=["renders"])
    version = scene.does(f"GET {VERSIONS}/5")["id"]
    answer = scene.ask("olga", f"POST /api/v1/prompts/{version}/labels", {"add": ["prod", "free"]})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["details"]) == (409, "CHECKS_FAILED", {"labels": ["prod"]})
    assert error["message"].startswith("CHECKS_FAILED: checks failed: 'prod': renders: ")
    assert scene.tags() == {"prod": 1, "next": 4}


def test_who_may_not_move_hears_of_no_check(scene: Governed) -> None:
    scene.govern("prod", checks=["renders"])
    scene.refuses("ed", *TO_5, "403 protected_label: forbidden")


def test_a_dry_run_shows_what_checks_find_asked_for_or_not(scene: Governed) -> None:
    def foreseen() -> dict[str, Any]:
        answer = scene.ask("ed", f"{TO_5[0]}?dry_run=true", TO_5[1])
        found: dict[str, Any] = answer.json()["dry_run"]
        return found

    found = foreseen()
    [examined] = found["checks"]
    assert (examined["label"], examined["stopped_by"], found["allowed"]) == ("prod", [], True)
    assert {one["check"] for one in examined["findings"]} == {"renders", "breaking"}
    [breaking] = [one for one in examined["findings"] if one["check"] == "breaking"]
    assert "city" in breaking["message"]
    scene.govern("prod", "member", checks=["breaking"])
    found = foreseen()
    assert (found["allowed"], found["missing"]) == (False, [])
    assert [one["check"] for one in found["checks"][0]["stopped_by"]] == ["breaking"]


def test_a_request_is_not_opened_for_what_would_be_stopped(scene: Governed) -> None:
    scene.govern("prod", "member", approvals=1, checks=["renders"])
    body = TO_5[1] | {"request_approval": True}
    assert stopped(scene, "ed", (TO_5[0], body)) == [("prod", {"renders"})]


def test_a_request_fails_when_its_checks_do_by_then(scene: Governed) -> None:
    scene.govern("prod", "member", approvals=1, checks=["renders"])
    scene.requested("ed")
    scene.does("POST /v1/prompts/{prompt}/payloads", {"name": "odd", "variables": {"Name": "x"}})
    said = scene.says("ann", "approve")
    assert said.startswith(
        "409 request_failed: the change request could not be applied: checks failed: 'prod': renders:"
    )
    assert scene.tags()["prod"] == 1


def test_a_draft_under_a_label_with_checks_is_not_edited_in_place(scene: Governed) -> None:
    scene.govern("next", "member", checks=["renders"])
    details = scene.refuses("olga", f"PUT {VERSIONS}/4", {"template": "x"}, "403 protected_label: forbidden")
    assert details["labels"] == [{"label": "next", "min_required_role": "member", "checks": ["renders"]}]
    words = "'next' leads only to versions that passed its checks: write another one"
    assert details["message"] == f"protected label: {words}; your role is owner"


def test_a_check_that_is_none_is_refused(scene: Governed) -> None:
    words = "400 invalid_input: invalid check 'x', checks may hold renders, schema, breaking"
    body = {"min_required_role": "admin", "checks": ["x"]}
    assert scene.refuses("olga", "PUT /v1/teams/{team}/protected-labels/prod", body, words) == {"field": "checks"}
    made = scene.govern("prod", checks=["breaking", "renders", "renders"])
    assert made["checks"] == ["renders", "breaking"]
