"""What changed between two versions, over HTTP: contracts/px0.md 1.4."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from promptwire.services.calls import new_id
from support.contents import schema_of
from support.scene import Scene

DIFF = "GET /v1/prompts/{prompt}/versions/diff"
NEEDS_BOTH = "400 invalid_input: from and to query parameters are required"
TEXTS = ["Hello {{ .name }}", "Hello {{ .name }}!\nWelcome to px0.", "Hello {{ .name }}!\nWelcome to px0.\n"]


@pytest.fixture(scope="module")
def compared(shared: Scene) -> Scene:
    shared.prompt()
    for text in TEXTS:
        shared.does("POST /v1/prompts/{prompt}/versions", {"template": text})
    for number, tag in ((1, "old"), (2, "new"), (3, "diff")):
        shared.place(tag, number)
    shared.does("POST /v1/prompts/{prompt}/versions/2/promote", {"to": "live"})
    return shared


CHANGED = {
    "kind": "text_changed",
    "path": "template",
    "breaking": False,
    "message": "template has changed",
    "where": None,
}


def head(before: int, after: int) -> str:
    return f"--- v{before}\n+++ v{after}\n"


FIRST = "@@ -1 +1,2 @@\n-Hello {{ .name }}\n+Hello {{ .name }}!\n+Welcome to px0.\n"
SECOND = "@@ -1,2 +1,3 @@\n Hello {{ .name }}!\n Welcome to px0.\n+\n"


DIFFS = [
    ("from=1&to=2", (1, 2), head(1, 2) + FIRST),
    ("from=2&to=3", (2, 3), head(2, 3) + SECOND),
    ("from=1&to=1", (1, 1), ""),
    ("from=old&to=new", (1, 2), head(1, 2) + FIRST),
    ("from=002&to=diff", (2, 3), head(2, 3) + SECOND),
    ("from=%2B1&to=live", (1, 2), head(1, 2) + FIRST),
    ("to=2&from=1&other=x", (1, 2), head(1, 2) + FIRST),
]


@pytest.mark.parametrize(("query", "numbers", "diff"), DIFFS, ids=[query for query, _, _ in DIFFS])
def test_two_versions_are_compared(compared: Scene, query: str, numbers: tuple[int, int], diff: str) -> None:
    answer = compared.ask("viewer", f"{DIFF}?{query}")
    before, after = numbers
    assert answer.json() == {
        "from_version": before,
        "to_version": after,
        "from_template": TEXTS[before - 1],
        "to_template": TEXTS[after - 1],
        "diff": diff,
        "breaking": [],
        "changes": [CHANGED] if diff else [],
    }


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (DIFF, NEEDS_BOTH),
        (f"{DIFF}?from=1", NEEDS_BOTH),
        (f"{DIFF}?to=1", NEEDS_BOTH),
        (f"{DIFF}?from=&to=1", NEEDS_BOTH),
        (f"{DIFF}?from=0&to=1", "400 invalid_input: invalid from version"),
        (f"{DIFF}?from=-1&to=0", "400 invalid_input: invalid from version"),
        (f"{DIFF}?from=99&to=-7", "400 invalid_input: invalid to version"),
        (f"{DIFF}?from=99&to=1", "404 version_not_found: from version not found"),
        (f"{DIFF}?from=nope&to=nope", "404 version_not_found: from version not found"),
        (f"{DIFF}?from=1&to=99", "404 version_not_found: to version not found"),
        (f"{DIFF}?from=1&to=3000000000", "404 version_not_found: to version not found"),
        (f"{DIFF}?from=1&to=99999999999999999999", "404 version_not_found: to version not found"),
        (f"{DIFF}?from=1&to=%00", "404 version_not_found: to version not found"),
        (
            "GET /v1/prompts/{archived_prompt}/versions/diff?from=live&to=1",
            "404 version_not_found: from version not found",
        ),
        ("GET /v1/prompts/{slug}/versions/diff?from=1&to=2", "400 invalid_input: invalid prompt id"),
        ("GET /v1/prompts/{foreign}/versions/diff", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{unknown}/versions/diff?from=x", "404 prompt_not_found: prompt not found"),
    ],
)
def test_what_cannot_be_compared_is_refused(compared: Scene, request_: str, expected: str) -> None:
    compared.refuses("viewer", request_, None, expected)


def test_a_version_tagged_diff_is_reached_in_other_ways(compared: Scene) -> None:
    """px0's route for the diff shadows only reading it by its path."""
    assert compared.ask("viewer", "GET /v1/prompts/{prompt}?tag=diff").json()["version"]["version"] == 3
    assert compared.ask("viewer", "GET /v1/prompts/{prompt}?version=diff").json()["version"]["version"] == 3
    assert [one["version"] for one in compared.does("GET /v1/prompts/{prompt}/versions?tags=diff")] == [3]
    body = {"variables": {"name": "Ada"}}
    rendered = compared.ask("viewer", "POST /v1/prompts/{slug}/versions/diff/render", body).json()
    assert (rendered["version"], rendered["tags"]) == (3, ["diff"])
    changed = compared.does("PUT /v1/prompts/{prompt}/versions/diff", {"template": TEXTS[2]})
    assert changed["version"] == 3


def test_the_largest_texts_do_not_hold_the_server(scene: Scene) -> None:
    scene.prompt()
    for factor in (7919, 7907):
        text = "".join(f"{at * factor % 150}\n" for at in range(49_000))
        scene.does("POST /v1/prompts/{prompt}/versions", {"template": text})
    reader, path = scene.client("viewer"), f"/v1/prompts/{scene.names['prompt']}/versions/diff"
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(reader.get, path, params={"from": "1", "to": "2"})
        longest = 0.0
        with scene.world.server.client() as other:
            while not running.done():
                began = time.monotonic()
                assert other.get("/v1/health", headers={"X-Request-Id": new_id()}).status_code == 200
                longest = max(longest, time.monotonic() - began)
    found = running.result()
    assert (found.status_code, found.json()["coarse"]) == (200, True)
    assert longest < 3  # a tenth of a second on a machine with nothing else to do


def test_what_breaks_callers_is_named(scene: Scene) -> None:
    scene.prompt()
    schema = schema_of({"name": {"type": "string"}}, "name")
    scene.does("POST /v1/prompts/{prompt}/versions", {"template": "Hi {{.name}}{{.old}}"})
    scene.does("POST /v1/prompts/{prompt}/versions", {"template": "Hi {{.name}},\n{{.age}}", "input_schema": schema})
    there = scene.ask("viewer", f"{DIFF}?from=1&to=2").json()
    assert there["breaking"] == [
        {
            "kind": "variable_added",
            "path": "age",
            "breaking": True,
            "message": "every render needs age now",
            "where": {"path": "template", "line": 2},
        },
        broken("type_changed", "name", "name: must be string; so far, others would do too"),
        broken("variable_removed", "old", "old is not read any more"),
    ]
    assert [one["kind"] for one in there["changes"]] == ["schema_changed", "text_changed"]
    back = scene.ask("viewer", f"{DIFF}?from=2&to=1").json()
    assert [one["path"] for one in back["breaking"]] == ["old", "age"]


def broken(kind: str, path: str, message: str) -> dict[str, Any]:
    return {"kind": kind, "path": path, "breaking": True, "message": message, "where": None}
