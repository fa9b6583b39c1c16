"""The life of a version over HTTP: contracts/px0.md 1.5, and the one call from draft to live."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.scene import Scene, said

PROMOTE = "POST /v1/prompts/{prompt}/versions/1/promote"
DEMOTE = "POST /v1/prompts/{prompt}/versions/1/demote"
ARCHIVE = "POST /v1/prompts/{prompt}/versions/1/archive"
DELETE = "DELETE /v1/prompts/{prompt}/versions/1"
TO_LIVE, TO_STABLE = {"to": "live"}, {"to": "stable"}


def _promote(status: str) -> str:
    return f"422 wrong_status: cannot promote version in {status} status: conflict"


NOT_LIVE = "422 wrong_status: only live versions can be demoted: conflict"
ARCHIVED = "422 wrong_status: version is already archived: conflict"


@pytest.mark.parametrize(
    ("request_", "body", "draft", "stable", "live", "archived"),
    [
        (PROMOTE, None, "stable", "live", _promote("live"), _promote("archived")),
        (PROMOTE, {}, "stable", "live", _promote("live"), _promote("archived")),
        (PROMOTE, {"to": None}, "stable", "live", _promote("live"), _promote("archived")),
        (PROMOTE, b"null", "stable", "live", _promote("live"), _promote("archived")),
        (PROMOTE, TO_STABLE, "stable", "stable", _promote("live"), _promote("archived")),
        (PROMOTE, TO_LIVE, "live", "live", "live", _promote("archived")),
        (DEMOTE, None, NOT_LIVE, NOT_LIVE, "stable", NOT_LIVE),
        (ARCHIVE, None, "archived", "archived", "archived", ARCHIVED),
    ],
    ids=["promote", "promote {}", "promote null", "promote body null", "to stable", "to live", "demote", "archive"],
)
def test_a_status_moves_as_the_table_says(
    scene: Scene, request_: str, body: Any, draft: str, stable: str, live: str, archived: str
) -> None:
    expected = {"draft": draft, "stable": stable, "live": live, "archived": archived}
    for status, then in expected.items():
        scene.prompt(status)
        if then.startswith("422"):
            assert scene.refuses("editor", request_, body, then) == {"status": status}
        else:
            changed = scene.does(request_, body)
            assert (changed["status"], scene.versions()) == (then, {1: then})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"to": "draft"}, "invalid target, to must be stable or live"),
        ({"to": "archived"}, "invalid target, to must be stable or live"),
        ({"to": ""}, "invalid target, to must be stable or live"),
        ({"to": "LIVE"}, "invalid target, to must be stable or live"),
        ({"to": 1}, "invalid request body"),
        (["live"], "invalid request body"),
        (b'{"to": "live"', "invalid request body"),
    ],
)
def test_a_target_that_is_none_is_refused(shared: Scene, body: Any, words: str) -> None:
    shared.refuses("editor", "POST /v1/prompts/{prompt}/versions/4/promote", body, f"400 invalid_input: {words}")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json-patch"])
def test_px0s_clients_may_send_anything_where_px0_reads_no_body(scene: Scene, content_type: str) -> None:
    scene.prompt("draft")
    headers = {"Content-Type": content_type}
    for action, status in [("promote", "stable"), ("promote", "live"), ("demote", "stable"), ("archive", "archived")]:
        request = f"POST /v1/prompts/{{prompt}}/versions/1/{action}"
        answer = scene.ask("editor", request, b"{not JSON", headers)
        assert answer.json()["version"]["status"] == status
    assert scene.ask("editor", "POST /v1/prompts/{prompt}/versions/1/duplicate", b"[", headers).status_code == 201


def test_going_live_makes_what_was_live_stable(scene: Scene) -> None:
    scene.prompt("live", "stable", "draft", "archived")
    scene.does("POST /v1/prompts/{prompt}/versions/2/promote")
    assert scene.versions() == {4: "archived", 3: "draft", 2: "live", 1: "stable"}
    scene.does("POST /v1/prompts/{prompt}/versions/3/promote", TO_LIVE)
    assert scene.versions() == {4: "archived", 3: "live", 2: "stable", 1: "stable"}
    scene.does("POST /v1/prompts/{prompt}/versions/1/promote")
    assert scene.versions() == {4: "archived", 3: "stable", 2: "stable", 1: "live"}


def test_a_repeated_call_with_a_target_changes_nothing(scene: Scene) -> None:
    scene.prompt("draft")
    for target in (TO_STABLE, TO_LIVE):
        once = scene.does(PROMOTE, target)
        logged = scene.changes()
        assert scene.does(PROMOTE, target) == once
        assert scene.changes() == logged


def test_published_at_is_when_a_version_last_became_live(scene: Scene) -> None:
    scene.prompt("draft", "draft")

    def published(number: int = 1) -> str | None:
        at: str | None = scene.does(f"GET /v1/prompts/{{prompt}}/versions/{number}")["published_at"]
        return at

    scene.does(PROMOTE)
    assert published() is None
    first = scene.does(PROMOTE)["published_at"]
    assert first == published() is not None
    scene.does(PROMOTE, TO_LIVE)
    scene.does(DEMOTE)
    assert published() == first
    second = scene.does(PROMOTE)["published_at"]
    assert second > first
    scene.does("POST /v1/prompts/{prompt}/versions/2/promote", TO_LIVE)
    assert published() == second
    assert published(2) > second
    scene.does(ARCHIVE)
    assert published() == second


@pytest.mark.parametrize(("status", "reference"), [("stable", "1"), ("live", "prod"), ("archived", "1")])
def test_deleting_what_is_no_draft_archives_it_once(scene: Scene, status: str, reference: str) -> None:
    scene.prompt(status, tags={"prod": 1})
    for _ in range(2):
        scene.does(f"DELETE /v1/prompts/{{prompt}}/versions/{reference}")
        assert (scene.versions(), scene.tags()) == ({1: "archived"}, {"prod": 1})
    logged = scene.changes()
    scene.does(DELETE)
    assert scene.changes() == logged


def test_a_deleted_draft_is_gone_with_its_tags(scene: Scene) -> None:
    scene.prompt("live", "draft", tags={"one": 2, "two": 2})
    scene.does("DELETE /v1/prompts/{prompt}/versions/one")
    assert (scene.versions(), scene.tags()) == ({1: "live"}, {})
    scene.refuses("editor", "DELETE /v1/prompts/{prompt}/versions/2", None, "404 version_not_found: version not found")


@pytest.mark.parametrize("request_", [ARCHIVE, DEMOTE, DELETE])
def test_without_its_live_version_a_prompt_has_none(scene: Scene, request_: str) -> None:
    scene.prompt("live")
    scene.does(request_)
    words = "404 no_live_version: no live version found for this prompt"
    scene.refuses("viewer", "POST /v1/prompts/{slug}/render", {"variables": {"name": "x"}}, words)
    scene.refuses("viewer", "GET /v1/prompts/{slug}/resolve", None, words)


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [("promote", TO_LIVE, "live"), ("demote", None, "stable"), ("archive", None, "archived")],
)
def test_a_tag_or_live_names_the_version_to_act_on(scene: Scene, action: str, body: Any, status: str) -> None:
    scene.prompt("live", "draft", tags={"prod": 1})
    scene.does(f"POST /v1/prompts/{{prompt}}/versions/prod/{action}", body)
    assert scene.versions() == {2: "draft", 1: status}


def test_many_promotions_at_once_leave_one_live_version(scene: Scene) -> None:
    scene.prompt(*8 * ["stable"])

    def promote(number: int) -> str:
        return said(scene.ask("editor", f"POST /v1/prompts/{{prompt}}/versions/{number}/promote"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(promote, range(1, 9)))
    assert answers == 8 * ["200"]
    assert sorted(scene.versions().values()) == ["live", *7 * ["stable"]]
