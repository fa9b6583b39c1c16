"""Resolve over HTTP: the delivery protocol (`promptwire.wire.delivery`)."""

from __future__ import annotations

from typing import Any

import pytest

from promptwire.wire.delivery import Resolved
from support.scene import Scene

RESOLVE = "GET /v1/prompts/{slug}/resolve"


@pytest.mark.parametrize(
    ("query", "number", "status", "labels"),
    [
        ("", 3, "live", ("prod", "stable-1")),
        ("?label=live", 3, "live", ("prod", "stable-1")),
        ("?label=prod", 3, "live", ("prod", "stable-1")),
        ("?label=old", 1, "archived", ("old",)),
        ("?version=4", 4, "draft", ("wip",)),
        ("?version=%2B2", 2, "stable", ("beta",)),
    ],
)
@pytest.mark.parametrize("subject", ["viewer", "read_render key"])
def test_a_reference_resolves_to_a_version(
    shared: Scene, subject: str, query: str, number: int, status: str, labels: tuple[str, ...]
) -> None:
    answer = shared.ask(subject, RESOLVE + query)
    version = shared.does(f"GET /v1/prompts/{{prompt}}/versions/{number}")
    resolved = Resolved.from_json(answer.json())
    assert answer.json() == resolved.as_json()
    assert (resolved.slug, resolved.team) == (shared.names["slug"], shared.world.team.slug)
    assert (resolved.prompt_id, resolved.version_id) == (shared.names["prompt"], version["id"])
    assert (resolved.version, resolved.status, resolved.labels) == (number, status, labels)
    assert (resolved.content.template, resolved.numbers) == (version["template"], "exact")
    assert resolved.content_hash == version["content_hash"]
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /v1/prompts/no_such_slug/resolve?label=a&version=1", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{foreign_slug}/resolve", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{prompt}/resolve", "404 prompt_not_found: prompt not found"),
        (f"{RESOLVE}?team=elsewhere", "404 prompt_not_found: prompt not found"),
        (f"{RESOLVE}?label=nope", "404 version_not_found: version not found"),
        (f"{RESOLVE}?label=LIVE", "404 version_not_found: version not found"),
        (f"{RESOLVE}?label=3", "404 version_not_found: version not found"),
        (f"{RESOLVE}?label=a%00b", "404 version_not_found: version not found"),
        (f"{RESOLVE}?version=9", "404 version_not_found: version not found"),
        (f"{RESOLVE}?version=-1", "404 version_not_found: version not found"),
        (f"{RESOLVE}?version=3000000000", "404 version_not_found: version not found"),
        (f"{RESOLVE}?version=prod", "400 invalid_input: version must be a number"),
        (f"{RESOLVE}?version=", "400 invalid_input: version must be a number"),
        (f"{RESOLVE}?version=9223372036854775808", "400 invalid_input: version must be a number"),
        (f"{RESOLVE}?label=prod&version=3", "400 invalid_input: give label or version, not both"),
        (
            "GET /v1/prompts/{archived_prompt_slug}/resolve",
            "404 no_live_version: no live version found for this prompt",
        ),
    ],
)
def test_a_reference_to_nothing_is_refused(shared: Scene, request_: str, expected: str) -> None:
    shared.refuses("read_render key", request_, None, expected)


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ('"other",W/{tag} , "third"', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("tag without quotes", 200),
        ('"', 200),
    ],
)
def test_what_is_known_is_not_sent_again(shared: Scene, known: str, status: int) -> None:
    first = shared.ask("viewer", RESOLVE)
    tag = first.headers["etag"]
    again = shared.ask("viewer", RESOLVE, None, {"If-None-Match": known.format(tag=tag)})
    assert (again.status_code, again.headers["etag"]) == (status, tag)
    assert again.headers["cache-control"] == "private, no-cache"
    assert again.content == (b"" if status == 304 else first.content)


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("POST /v1/prompts/{prompt}/versions/1/tags", {"tag": "new"}),
        ("DELETE /v1/prompts/{prompt}/tags/prod", None),
        ("POST /v1/prompts/{prompt}/versions/2/promote", {"to": "live"}),
    ],
)
def test_every_change_of_the_answer_changes_its_tag(scene: Scene, request_: str, body: Any) -> None:
    scene.prompt("live", "draft", tags={"prod": 1})
    before = scene.ask("viewer", RESOLVE)
    scene.does(request_, body)
    after = scene.ask("viewer", RESOLVE, None, {"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


def test_a_moved_label_is_resolved_at_once(scene: Scene) -> None:
    scene.prompt(*4 * ["draft"])
    for number in (1, 4, 2, 3):
        scene.does(f"POST /v1/prompts/{{prompt}}/versions/{number}/tags", {"tag": "prod"})
        assert scene.ask("read_render key", f"{RESOLVE}?label=prod").json()["version"] == number
    scene.does("DELETE /v1/prompts/{prompt}/tags/prod")
    assert scene.ask("read_render key", f"{RESOLVE}?label=prod").status_code == 404


def test_who_may_not_see_a_prompt_is_not_told_that_it_is_unchanged(shared: Scene) -> None:
    tag = shared.ask("viewer", RESOLVE).headers["etag"]
    for subject, status in (("nobody", 401), ("stranger", 404), ("key of another team", 404)):
        assert shared.ask(subject, RESOLVE, None, {"If-None-Match": tag}).status_code == status
