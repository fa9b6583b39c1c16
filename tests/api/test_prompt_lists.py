"""Lists of prompts over HTTP: contracts/px0.md 1.4."""

from __future__ import annotations

import pytest

from support.scene import Scene

LISTS = [
    ("", {"active", "archived"}),
    ("?status=active", {"active"}),
    ("?status=archived", {"archived"}),
    ("?archived=1", {"archived"}),
    ("?archived=T", {"archived"}),
    ("?archived=true", {"archived"}),
    ("?archived=False", {"active"}),
    ("?archived=0", {"active"}),
    ("?archived=yes", {"active", "archived"}),
    ("?archived=", {"active", "archived"}),
    ("?status=&archived=false", {"active"}),
    ("?status=active&archived=true", {"active"}),
]


@pytest.mark.parametrize(("query", "statuses"), LISTS)
def test_a_list_is_of_one_status_or_of_all(shared: Scene, query: str, statuses: set[str]) -> None:
    for path in ("/v1/teams/{team}/prompts", "/v1/prompts"):
        joined = query if path.startswith("/v1/teams") else f"{query or '?'}&team={{team}}"
        listed = shared.does(f"GET {path}{joined}", subject="viewer")
        assert {prompt["status"] for prompt in listed} == statuses


def test_lists_are_newest_first_and_of_one_team(scene: Scene) -> None:
    made = [scene.prompt(name=f"p{at}")["id"] for at in range(3)]
    other = scene.world.new_team(scene.world.org.id).id
    for query in ("?team={team}", "?team_id={team}", f"?team={{team}}&team_id={other}"):
        listed = scene.does(f"GET /v1/prompts{query}")
        assert [prompt["id"] for prompt in listed] == made[::-1]
    assert scene.does("GET /v1/prompts") == []
    assert scene.does("GET /v1/prompts?team=") == []
    assert scene.does(f"GET /v1/prompts?team={other}", subject="all key") == []


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /v1/prompts?team=nonsense", "400 invalid_input: invalid id"),
        ("GET /v1/prompts?team={unknown}", "403 forbidden: forbidden"),
        ("GET /v1/prompts?team={foreign_team}&status=nonsense", "403 forbidden: forbidden"),
        ("GET /v1/teams/nonsense/prompts", "400 invalid_input: invalid id"),
        ("GET /v1/teams/{foreign_team}/prompts", "403 forbidden: forbidden"),
        (
            "GET /v1/teams/{team}/prompts?status=nonsense",
            "400 invalid_input: invalid status, must be active or archived",
        ),
    ],
)
def test_a_list_that_cannot_be_is_refused(shared: Scene, request_: str, expected: str) -> None:
    shared.refuses("viewer", request_, None, expected)
