"""The terms of a move: every route that moves something takes them, in the body or in the query."""

from __future__ import annotations

import pytest

from support.scene import Scene

WHY = "the customer asked for it"
VERSIONS = "/v1/prompts/{prompt}/versions"
MOVES = [
    pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "prod"}, ["label.moved"], id="tag-set"),
    pytest.param("DELETE /v1/prompts/{prompt}/tags/prod", None, ["label.removed"], id="tag-delete"),
    pytest.param(f"POST {VERSIONS}/2/promote", {"to": "live"}, ["version.displaced", "version.promoted"], id="promote"),
    pytest.param(f"POST {VERSIONS}/1/demote", None, ["version.demoted"], id="demote"),
    pytest.param(f"POST {VERSIONS}/1/archive", None, ["version.archived"], id="archive"),
    pytest.param(f"DELETE {VERSIONS}/1", None, ["version.archived"], id="delete"),
    pytest.param(f"DELETE {VERSIONS}/3", None, ["label.removed", "version.deleted"], id="delete-draft"),
    pytest.param("POST /v1/prompts/{prompt}/archive", None, ["prompt.archived"], id="archive-prompt"),
]


def prompt(scene: Scene) -> None:
    scene.prompt("live", "stable", "draft", tags={"prod": 1, "next": 3})


@pytest.mark.parametrize(("request_line", "body", "actions"), MOVES)
def test_a_reason_is_kept_with_every_change_of_the_move(
    scene: Scene, request_line: str, body: dict[str, str] | None, actions: list[str]
) -> None:
    prompt(scene)
    before = scene.changes()
    scene.does(f"{request_line}?reason={WHY.replace(' ', '+')}", body, subject="team admin")
    logged = [entry.change for entry in scene.entries(before)]
    assert [(one.action, one.reason) for one in logged] == [(action, WHY) for action in actions]


@pytest.mark.parametrize(
    ("request_line", "body", "action"),
    [
        pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "prod"}, "label.moved", id="tag"),
        pytest.param(f"POST {VERSIONS}/2/promote", {"to": "live"}, "version.promoted", id="promote"),
        pytest.param("POST /v1/prompts/{prompt}/move", {"team_id": "{team}"}, "prompt.moved", id="move"),
    ],
)
def test_a_reason_in_the_body_counts_before_one_in_the_query(
    scene: Scene, request_line: str, body: dict[str, str], action: str
) -> None:
    prompt(scene)
    before = scene.changes()
    filled = {name: text.format_map(scene.names) for name, text in body.items()}
    scene.does(f"{request_line}?reason=query", filled | {"reason": "body"}, subject="team admin")
    assert (scene.entries(before)[-1].change.action, scene.entries(before)[-1].change.reason) == (action, "body")


def test_a_blank_reason_is_none_and_a_long_one_is_refused(scene: Scene) -> None:
    prompt(scene)
    before = scene.changes()
    scene.does(f"POST {VERSIONS}/2/tags", {"tag": "prod", "reason": " "})
    assert scene.entries(before)[0].change.reason is None
    scene.does(f"POST {VERSIONS}/1/tags", {"tag": "prod", "reason": "x" * 1000})
    words = "400 invalid_input: reason must be at most 1000 characters"
    too_long = {"tag": "prod", "reason": "x" * 1001}
    assert scene.refuses("editor", f"POST {VERSIONS}/2/tags", too_long, words) == {"field": "reason"}
    words = "400 invalid_input: reason must not contain NUL characters"
    scene.refuses("editor", f"POST {VERSIONS}/2/tags", {"tag": "prod", "reason": "a\0b"}, words)
