"""Purging: what a version said is gone for good; that it was there, and who erased it why, stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from promptwire.wire.sync import Asked
from support.follower import Follower
from support.registry import Registry
from support.scene import Scene, said
from support.world import World

PURGE = "POST /v1/prompts/{prompt}/versions/2/purge"
ADMIN = "editor, organization admin"
WHY = "a customer's name was in it"
GONE = "410 purged: version 2 was purged: its text was erased for good"


def purge(scene: Scene, request: str = PURGE) -> Any:
    answer = scene.ask(ADMIN, request, {"reason": WHY})
    assert answer.is_success, said(answer)
    return answer.json()


def test_a_purged_version_says_when_and_by_whom_and_why_and_nothing_else(scene: Scene) -> None:
    scene.prompt("stable", "live", tags={"prod": 2, "qa": 2, "old": 1})
    hashed = scene.does("GET /v1/prompts/{prompt}/versions/2")["content_hash"]
    before = scene.changes()
    version = purge(scene)["version"]
    assert (version["template"], version["status"], version["tags"]) == ("", "archived", [])
    assert version["content_hash"] == hashed
    assert version["purged"]["reason"] == WHY
    assert version["purged"]["by"]["kind"] == "user"
    assert version["purged"]["at"]
    entries = scene.entries(before)
    told = ["version.archived", "label.removed", "label.removed", "version.purged"]
    assert [entry.change.action for entry in entries] == told
    assert {entry.change.reason for entry in entries} == {WHY}
    assert entries[-1].change.after == {"number": 2, "content_hash": hashed}
    assert scene.does("GET /v1/prompts/{prompt}/versions/2") == version
    assert scene.tags() == {"old": 1}
    assert scene.versions() == {1: "stable", 2: "archived"}
    assert scene.does("POST /v1/prompts/{prompt}/versions", {"template": "x"})["version"] == 3


@pytest.mark.parametrize(
    "content",
    [
        {"template": "SECRET", "message": "SECRET", "model": "SECRET"},
        {
            "messages": [{"role": "user", "content": "SECRET"}],
            "model_params": {"stop": "SECRET"},
            "tools": [{"name": "SECRET", "input_schema": {"type": "object"}}],
            "response_format": {"type": "SECRET"},
            "input_schema": {"description": "SECRET"},
        },
    ],
    ids=["text", "chat"],
)
def test_nothing_of_what_it_said_is_left(scene: Scene, content: Mapping[str, Any]) -> None:
    scene.prompt("draft")
    written = scene.does("POST /v1/prompts/{prompt}/versions", content)
    assert "SECRET" in str(written)
    version = purge(scene)["version"]
    assert "SECRET" not in str(version)
    assert (version["kind"], version["author"]) == (written["kind"], version["author"])
    assert "SECRET" not in scene.ask("editor", "GET /v1/prompts/{prompt}/versions").text


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("POST /v1/prompts/{slug}/versions/2/render", {"variables": {"name": "Ada"}}),
        ("GET /v1/prompts/{slug}/resolve?version=2", None),
        ("POST /v1/prompts/{prompt}/versions/2/duplicate", None),
        ("POST /v1/prompts/{prompt}/versions/2/promote", {"to": "live"}),
        ("POST /v1/prompts/{prompt}/rollback", {"target_version": 2, "rollback_reason": "x"}),
        ("POST /v1/prompts/{prompt}/versions/2/tags", {"tag": "prod"}),
        ("POST /v1/prompts/{prompt}/tags/prod/rollback", None),
        ("GET /v1/prompts/{prompt}/versions/diff?from=1&to=2", None),
        ("GET /v1/prompts/{prompt}/versions/2/variables", None),
    ],
)
def test_it_can_be_put_to_no_use_any_more(scene: Scene, request_: str, body: Mapping[str, Any] | None) -> None:
    scene.prompt("stable", "live", tags={"prod": 2})
    scene.does("POST /v1/prompts/{slug}/versions/2/render", {"variables": {"name": "Ada"}})
    purge(scene)
    assert scene.refuses("editor", request_, body, GONE) == {"version": 2}


def test_it_cannot_be_written_over_either(scene: Scene) -> None:
    scene.prompt("draft", "draft")
    purge(scene)
    words = "422 wrong_status: only draft versions can be modified"
    scene.refuses("editor", "PUT /v1/prompts/{prompt}/versions/2", {"template": "x"}, words)


def test_the_label_route_of_evalguard_says_that_it_is_gone(scene: Scene) -> None:
    scene.prompt("stable", "stable")
    scene.names["version"] = purge(scene)["version"]["id"]
    before = scene.changes()
    answer = scene.ask("editor", "POST /api/v1/prompts/{version}/labels", {"add": ["prod"], "remove": []})
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "GONE")
    assert scene.changes() == before


def test_doing_it_again_changes_nothing(scene: Scene) -> None:
    scene.prompt("stable", "stable")
    first = purge(scene)
    before = scene.changes()
    assert scene.ask(ADMIN, PURGE, {"reason": "again"}).json() == first
    assert scene.entries(before) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "400 invalid_input: reason is required"),
        ({"reason": "  "}, "400 invalid_input: reason is required"),
        ({"reason": "x" * 1001}, "400 invalid_input: reason must be at most 1000 characters"),
        ({"reason": 1}, "400 invalid_input: invalid request body"),
    ],
    ids=str,
)
def test_without_a_reason_nothing_is_erased(scene: Scene, body: Mapping[str, Any], words: str) -> None:
    scene.prompt("stable", "live")
    scene.refuses(ADMIN, PURGE, body, words)


def test_what_is_not_there_is_not_found(scene: Scene) -> None:
    scene.prompt("stable")
    scene.refuses(ADMIN, PURGE, {"reason": WHY}, "404 version_not_found: version not found")


def test_who_may_not_move_a_label_of_it_does_not_purge_it(scene: Scene) -> None:
    scene.prompt("stable", "stable", tags={"prod": 2})
    scene.protect("prod", "owner")
    refused = scene.refuses(ADMIN, PURGE, {"reason": WHY}, "403 protected_label: forbidden")
    assert [one["label"] for one in refused["labels"]] == ["prod"]


def test_of_a_team_without_organization_only_an_instance_administrator_purges(world: World, scene: Scene) -> None:
    team = world.new_team(None)
    person = world.person()
    world.join_team(person.user.id, "admin", team.id)
    prompt = world.prompt(person.http, "one", team_id=team.id)
    path = f"/v1/prompts/{prompt}/versions/1/purge"
    refused = person.http.post(path, json={"reason": WHY})
    assert said(refused) == "403 forbidden: forbidden"
    assert refused.json()["details"] == {"needs": "instance administrator", "has": None}
    assert scene.client("instance admin").post(path, json={"reason": WHY}).status_code == 200


def test_where_the_same_text_is_still_is_said_and_left_alone(scene: Scene) -> None:
    scene.prompt("stable", "stable")
    copy = scene.does("POST /v1/prompts/{prompt}/versions/2/duplicate")
    (found,) = purge(scene)["duplicates"]
    assert (found["version_id"], found["version"], found["slug"]) == (copy["id"], 3, scene.names["slug"])
    assert scene.does("GET /v1/prompts/{prompt}/versions/3")["template"] == copy["template"]


def test_duplicates_elsewhere_are_told_to_who_administers_all_of_it(scene: Scene) -> None:
    scene.prompt("stable", "stable")
    text = {"template": f"the same {scene.names['slug']}"}
    scene.does("POST /v1/prompts/{prompt}/versions", text)
    there = scene.elsewhere.does("POST /v1/prompts/{prompt}/versions", text)
    request = PURGE.replace("/2/", "/3/")
    assert purge(scene, request)["duplicates"] == []
    told = scene.ask("instance admin", request, {"reason": WHY}).json()["duplicates"]
    assert [one["version_id"] for one in told] == [there["id"]]
    scene.elsewhere.close()


def test_an_answer_that_was_kept_for_a_repeated_request_is_forgotten(scene: Scene) -> None:
    path = f"/v1/prompts/{scene.prompt('draft')['id']}/versions"
    once = {"Idempotency-Key": "k1"}
    first, again = (scene.client("editor").post(path, json={"template": "SECRET"}, headers=once) for _ in "12")
    assert first.json() == again.json()
    purge(scene)
    refused = scene.client("editor").post(path, json={"template": "SECRET"}, headers=once)
    assert said(refused).startswith("409 already_carried_out")


def test_whoever_syncs_is_told_to_erase_it_whether_or_not_they_were_there(world: World) -> None:
    registry = Registry(world)
    prompt = registry.prompt("one", "two")
    prompt.label("prod", 2)
    asked = Asked(prompt.slug), Asked(prompt.slug, "prod"), Asked(prompt.slug, version=2)
    follower = Follower(world.http(registry.key), *asked)
    follower.sync()
    version_id = registry.author.http.get(f"/v1/prompts/{prompt.id}/versions/2").json()["version"]["id"]
    prompt.purge(2)
    for heard in (follower, Follower(world.http(registry.key), *asked)):
        told = heard.sync()
        assert told.purged == (version_id,)
        gone = {one.asked: one.reason for one in told.gone}
        assert gone[asked[2]] == "purged"
        assert gone[asked[1]] == "version_not_found"
        assert told.contents == {}
