"""Whoever moves a label can say from where: somebody who was faster is never undone by accident."""

from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene, said

VERSIONS = "/v1/prompts/{prompt}/versions"
MOVES = [
    pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "prod"}, "prod", id="tag-set"),
    pytest.param("DELETE /v1/prompts/{prompt}/tags/prod", None, "prod", id="tag-delete"),
    pytest.param("POST /v1/prompts/{prompt}/tags/prod/rollback", None, "prod", id="tag-rollback"),
    pytest.param(f"POST {VERSIONS}/2/promote", {"to": "live"}, "live", id="promote"),
    pytest.param(f"POST {VERSIONS}/3/demote", None, "live", id="demote"),
    pytest.param(f"POST {VERSIONS}/3/archive", None, "live", id="archive"),
    pytest.param(f"DELETE {VERSIONS}/3", None, "live", id="delete"),
    pytest.param(
        "POST /v1/prompts/{prompt}/rollback", {"target_version": 2, "rollback_reason": "x"}, "live", id="rollback"
    ),
]


@pytest.fixture
def number(scene: Scene, request: pytest.FixtureRequest) -> int:
    """Where the label is: on 1 if it is `prod`, and 3 is live."""
    scene.prompt("stable", "stable", "live", tags={"prod": 1})
    return {"prod": 1, "live": 3}[request.node.callspec.params["label"]]


def etag(scene: Scene, label: str) -> str:
    answer = scene.ask("editor", f"GET /v1/prompts/{{prompt}}/tags/{label}")
    assert answer.status_code == 200, answer.text
    return str(answer.headers["etag"])


@pytest.mark.parametrize(("request_", "body", "label"), MOVES)
def test_a_move_from_elsewhere_than_expected_is_refused(
    scene: Scene, number: int, request_: str, body: dict[str, Any] | None, label: str
) -> None:
    words = f"409 moved_meanwhile: '{label}' is on version {number}, not on version 2: it moved meanwhile"
    details = scene.refuses("editor", f"{request_}?expected_version=2", body, words)
    assert details == {"label": label, "expected_version": 2, "version": number}
    words = f"409 moved_meanwhile: '{label}' is on version {number}, not on no version: it moved meanwhile"
    scene.refuses("editor", f"{request_}?expected_version=0", body, words)
    scene.does(f"{request_}?expected_version={number}", body)


@pytest.mark.parametrize(("request_", "body", "label"), MOVES)
def test_a_move_of_what_is_not_as_it_was_read_fails_its_precondition(
    scene: Scene, number: int, request_: str, body: dict[str, Any] | None, label: str
) -> None:
    read = etag(scene, label)
    before = scene.changes()
    for stale in ('"x"', f"W/{read}", '"a", "b"'):
        answer = scene.ask("editor", request_, body, {"If-Match": stale})
        words = f"412 precondition_failed: '{label}' is on version {number} now: it moved since you read it"
        assert (said(answer), answer.json()["details"]) == (words, {"label": label, "version": number})
    assert scene.changes() == before
    answer = scene.ask("editor", request_, body, {"If-Match": f'"x", {read}'})
    assert answer.is_success, answer.text


def test_the_tag_of_a_label_changes_when_it_moves(scene: Scene) -> None:
    scene.prompt("stable", "stable", tags={"prod": 1, "qa": 1})
    read = etag(scene, "prod")
    scene.does(f"POST {VERSIONS}/2/tags", {"tag": "qa"})
    assert etag(scene, "prod") == read
    scene.does(f"POST {VERSIONS}/2/tags", {"tag": "prod"})
    assert etag(scene, "prod") != read


@pytest.mark.parametrize(
    ("headers", "query", "words"),
    [
        ({"If-Match": "x"}, "", "If-Match must be * or a list of entity tags, each in double quotes"),
        ({}, "?expected_version=x", "expected_version must be the number of a version, or 0 for none"),
        ({}, "?expected_version=-1", "expected_version must be the number of a version, or 0 for none"),
        ({}, "?expected_version=\u0663", "expected_version must be the number of a version, or 0 for none"),
    ],
    ids=str,
)
def test_what_cannot_be_expected_is_refused(scene: Scene, headers: dict[str, str], query: str, words: str) -> None:
    scene.prompt("stable", tags={"prod": 1})
    before = scene.changes()
    answer = scene.ask("editor", f"POST {VERSIONS}/1/tags{query}", {"tag": "prod"}, headers)
    assert said(answer).startswith(f"400 invalid_input: {words}")
    assert scene.changes() == before


def test_a_call_that_moves_several_labels_cannot_expect_one_version(scene: Scene) -> None:
    scene.prompt("draft", tags={"a": 1, "b": 1})
    words = "400 invalid_input: expected_version is for a call that moves one label"
    scene.refuses("editor", f"DELETE {VERSIONS}/1?expected_version=1", None, words)
    answer = scene.ask("editor", f"DELETE {VERSIONS}/1", None, {"If-Match": '"x"'})
    assert said(answer) == "400 invalid_input: If-Match is for a call that moves one label"


def test_what_is_in_the_body_counts_before_the_query(scene: Scene) -> None:
    scene.prompt("stable", "stable", tags={"prod": 1})
    scene.does(f"POST {VERSIONS}/2/tags?expected_version=9", {"tag": "prod", "expected_version": 1})


def test_the_labels_route_of_evalguard_takes_it_too(scene: Scene) -> None:
    scene.prompt("stable", "stable", tags={"prod": 1})
    read = etag(scene, "prod")
    second = scene.does(f"GET {VERSIONS}/2")["id"]
    path, body = f"POST /api/v1/prompts/{second}/labels", {"add": ["prod"]}
    before = scene.changes()
    late = scene.ask("editor", f"{path}?expected_version=2", body)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "CONFLICT")
    assert late.json()["error"]["details"] == {"label": "prod", "expectedVersion": 2, "version": 1}
    stale = scene.ask("editor", path, body, {"If-Match": '"x"'})
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "PRECONDITION_FAILED")
    several = scene.ask("editor", f"{path}?expected_version=1", {"add": ["prod", "qa"]})
    assert (several.status_code, several.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert scene.changes() == before
    assert scene.ask("editor", f"{path}?expected_version=1", body, {"If-Match": read}).status_code == 200
