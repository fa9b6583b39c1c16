"""Versions over HTTP: contracts/px0.md 1.5, contracts/seeds/px0-list-versions.txt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from promptwire.wire.content import Content
from support.scene import Scene

CREATE = "POST /v1/prompts/{prompt}/versions"
NOT_FOUND = "404 version_not_found: version not found"
FORMAT = "invalid template: template: "


def test_a_new_version_has_every_field(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"template": "Hello <b>{{.name}}</b> & \u2028 Ünïcode"})
    assert made == {
        "id": str(UUID(made["id"])),
        "prompt_id": scene.names["prompt"],
        "version": 1,
        "template": "Hello <b>{{.name}}</b> & \u2028 Ünïcode",
        "status": "draft",
        "created_at": made["created_at"],
        "published_at": None,
        "tags": [],
        "content_hash": Content(template="Hello <b>{{.name}}</b> & \u2028 Ünïcode").content_hash,
        "kind": "text",
        **dict.fromkeys(
            ("messages", "model", "model_params", "tools", "response_format", "input_schema", "message", "source")
        ),
        "author": made["author"],
        "purged": None,
    }
    assert scene.ask("viewer", "GET /v1/prompts/{prompt}/versions/1").json() == {"version": made}


@pytest.mark.parametrize(
    ("body", "expected", "details"),
    [
        ({}, "invalid_input: template is required", {"field": "template"}),
        ({"template": ""}, "invalid_input: template is required", {"field": "template"}),
        ({"template": None}, "invalid_input: template is required", {"field": "template"}),
        ({"template": "a\0b"}, "invalid_input: template must not contain NUL characters", {"field": "template"}),
        ({"template": "{{"}, f"invalid_template: {FORMAT}:1: unclosed action", {"line": 1}),
        (
            {"template": "\n{{.a b}}"},
            f'invalid_template: {FORMAT}:2: function "b" not defined',
            {"line": 2, "hint": "a variable is written with a dot: {{.b}}"},
        ),
        ({"template": "\n\n{{end}}"}, f"invalid_template: {FORMAT}:3: unexpected {{{{end}}}}", {"line": 3}),
        (
            {"template": "x" * 262_145},
            f"invalid_template: {FORMAT}:1: limit exceeded: template_bytes (262144)",
            {"line": 1},
        ),
    ],
)
def test_a_text_that_cannot_be_is_refused(
    shared: Scene, body: dict[str, Any], expected: str, details: dict[str, Any]
) -> None:
    for request in (CREATE, "PUT /v1/prompts/{prompt}/versions/wip"):
        assert shared.refuses("editor", request, body, f"400 {expected}") == details


PATHS = [
    ("GET", "", None),
    ("PUT", "", {"template": "x"}),
    ("DELETE", "", None),
    ("POST", "/duplicate", None),
    ("POST", "/promote", {"to": "live"}),
    ("POST", "/demote", None),
    ("POST", "/archive", None),
    ("POST", "/tags", {"tag": "new"}),
]


@pytest.mark.parametrize(("method", "action", "body"), PATHS)
def test_a_version_that_is_not_there_is_not_found(
    shared: Scene, method: str, action: str, body: dict[str, Any] | None
) -> None:
    for path, expected in (
        ("nonsense/versions/1", "400 invalid_input: invalid prompt id"),
        ("{slug}/versions/1", "400 invalid_input: invalid prompt id"),
        ("{unknown}/versions/1", "404 prompt_not_found: prompt not found"),
        ("{foreign}/versions/1", "404 prompt_not_found: prompt not found"),
        ("{prompt}/versions/5", NOT_FOUND),
        ("{prompt}/versions/nope", NOT_FOUND),
        ("{archived_prompt}/versions/live", "404 no_live_version: no live version found for this prompt"),
    ):
        shared.refuses("editor", f"{method} /v1/prompts/{path}{action}", body, expected)


@pytest.mark.parametrize(
    "reference",
    [
        "0",
        "-1",
        "3000000000",
        "9223372036854775808",
        "9" * 5000,
        "1_0",
        "no%20such%20tag",
        "a%00b",
        "LIVE",
        "%ED%A0%80",
    ],
)
def test_a_reference_to_nothing_is_not_found(shared: Scene, reference: str) -> None:
    shared.refuses("viewer", f"GET /v1/prompts/{{prompt}}/versions/{reference}", None, NOT_FOUND)


@pytest.mark.parametrize(
    ("reference", "number"),
    [("4", 4), ("004", 4), ("+4", 4), ("%34", 4), ("wip", 4), ("prod", 3), ("live", 3), ("old", 1)],
)
def test_a_version_is_named_by_number_tag_or_live(shared: Scene, reference: str, number: int) -> None:
    assert shared.does(f"GET /v1/prompts/{{prompt}}/versions/{reference}", subject="viewer")["version"] == number


ALL = [(4, ["wip"]), (3, ["prod", "stable-1"]), (2, ["beta"]), (1, ["old"])]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("?tags=prod", [3]),
        ("?tags=prod,old", [3, 1]),
        ("?tags=prod,stable-1", [3]),
        ("?tags=%20old%20,,%20,wip", [4, 1]),
        ("?tags=old&tags=wip", [4, 1]),
        ("?tags=PROD", []),
        ("?tags=nope", []),
        ("?tags=nope,beta", [2]),
        ("?tags=live", []),
        ("?tags=", [4, 3, 2, 1]),
        ("?tags=,%20,", [4, 3, 2, 1]),
        ("?tags=a%00b", []),
        ("?status=draft", [4]),
        ("?status=stable", [2]),
        ("?status=live", [3]),
        ("?status=archived", [1]),
        ("?status=", [4, 3, 2, 1]),
        ("?status=stable&tags=prod,beta", [2]),
        ("?status=live&tags=beta", []),
    ],
)
def test_versions_are_listed_by_tag_and_status_with_all_their_tags(
    shared: Scene, query: str, numbers: list[int]
) -> None:
    listed = shared.does(f"GET /v1/prompts/{{prompt}}/versions{query}", subject="read_render key")
    assert [(one["version"], one["tags"]) for one in listed] == [row for row in ALL if row[0] in numbers]


@pytest.mark.parametrize("status", ["LIVE", "published", "draft,live", "a%00b"])
def test_an_unknown_status_is_refused(shared: Scene, status: str) -> None:
    words = "invalid status, must be draft, stable, live, or archived"
    request = f"GET /v1/prompts/{{prompt}}/versions?status={status}"
    assert shared.refuses("viewer", request, None, f"400 invalid_input: {words}") == {"field": "status"}
    shared.refuses("viewer", request.replace("{prompt}", "{foreign}"), None, "404 prompt_not_found: prompt not found")


def test_a_prompt_without_versions_lists_none(shared: Scene) -> None:
    assert shared.does("GET /v1/prompts/{archived_prompt}/versions") == []


def test_a_draft_is_rewritten_in_place(scene: Scene) -> None:
    scene.prompt("draft")
    before = scene.does("GET /v1/prompts/{prompt}/versions/1")
    after = scene.does("PUT /v1/prompts/{prompt}/versions/1", {"template": "new"})
    assert after == before | {"template": "new", "content_hash": Content(template="new").content_hash}
    logged = scene.changes()
    assert scene.does("PUT /v1/prompts/{prompt}/versions/1", {"template": "new"}) == after
    assert scene.changes() == logged


@pytest.mark.parametrize("reference", ["1", "2", "3", "prod", "live"])
@pytest.mark.parametrize("body", [{"template": "x"}, {"template": "{{"}, {}, b"no JSON"])
def test_only_a_draft_is_rewritten_whatever_is_sent(shared: Scene, reference: str, body: Any) -> None:
    request = f"PUT /v1/prompts/{{prompt}}/versions/{reference}"
    details = shared.refuses("editor", request, body, "422 wrong_status: only draft versions can be modified")
    assert details["status"] in {"archived", "stable", "live"}


@pytest.mark.parametrize("reference", ["1", "2", "3", "4", "prod"])
def test_a_duplicate_is_a_draft_with_the_same_content_and_no_tags(scene: Scene, reference: str) -> None:
    scene.prompt("archived", "stable", "live", "draft", tags={"prod": 3})
    original = scene.does(f"GET /v1/prompts/{{prompt}}/versions/{reference}")
    copy = scene.does(f"POST /v1/prompts/{{prompt}}/versions/{reference}/duplicate")
    own = {name: copy[name] for name in ("id", "created_at", "author")}
    assert copy == original | own | {"version": 5, "status": "draft", "published_at": None, "tags": []}
    assert scene.tags() == {"prod": 3}


def test_a_number_is_never_used_twice(scene: Scene) -> None:
    scene.prompt("draft", "draft")
    scene.does("DELETE /v1/prompts/{prompt}/versions/2")
    assert scene.does(CREATE, {"template": "x"})["version"] == 3
    scene.does("DELETE /v1/prompts/{prompt}/versions/3")
    assert scene.does("POST /v1/prompts/{prompt}/versions/1/duplicate")["version"] == 4
    assert scene.versions() == {4: "draft", 1: "draft"}


def test_many_writers_at_once_share_no_number(scene: Scene) -> None:
    scene.prompt()
    scene.client("editor")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda at: scene.does(CREATE, {"template": f"{at}"})["version"], range(24)))
    assert sorted(made) == list(range(1, 25))
