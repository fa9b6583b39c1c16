"""Labels over HTTP, which px0 calls tags: contracts/px0.md 1.6, contracts/seeds/px0-set-version-tag.txt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from support.scene import Scene

SET = "POST /v1/prompts/{prompt}/versions/4/tags"
GRAMMAR = "invalid tag format: must be 1-50 characters containing only letters, numbers, dashes, underscores, and dots"


@pytest.mark.parametrize("tag", ["prod", "a" * 50, "v1.2.3-rc_1", "latest", "42", "-1", "diff"])
def test_a_tag_is_set_moved_listed_and_removed(scene: Scene, tag: str) -> None:
    scene.prompt("live", "archived")
    for number in (1, 2):
        version = scene.does(f"POST /v1/prompts/{{prompt}}/versions/{number}/tags", {"tag": tag})
        assert (version["version"], version["tags"]) == (number, [tag])
        assert scene.tags() == {tag: number}
        listed = {one["version"]: one["tags"] for one in scene.does("GET /v1/prompts/{prompt}/versions")}
        assert listed == {1: [], 2: []} | {number: [tag]}
    assert scene.does(f"GET /v1/prompts/{{prompt}}?tag={tag}")["version"] == 2
    assert scene.does(f"GET /v1/prompts/{{prompt}}/versions?tags={tag}")[0]["version"] == 2
    logged = scene.changes()
    scene.does("POST /v1/prompts/{prompt}/versions/2/tags", {"tag": tag})
    assert scene.changes() == logged
    remove = f"DELETE /v1/prompts/{{prompt}}/tags/{tag}"
    scene.does(remove)
    assert scene.tags() == {}
    scene.refuses("editor", remove, None, "404 label_not_found: tag not found")


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("", "tag is required"),
        (None, "tag is required"),
        ("a" * 51, GRAMMAR),
        *(
            (bad, GRAMMAR)
            for bad in (
                "a b",
                "a/b",
                "a,b",
                "a%b",
                "a:b",
                "prod\n",
                "\nprod",
                "prod\0",
                "é",
                "\N{ARABIC-INDIC DIGIT ONE}",
            )
        ),
        *(
            (look_alike, f"tag: {look_alike!r} is reserved for the live version: promote a version to live")
            for look_alike in ("live", "LIVE", "Live", "lIvE")
        ),
    ],
)
def test_a_tag_that_cannot_be_is_refused_before_the_version_is_sought(
    shared: Scene, tag: str | None, words: str
) -> None:
    for number in ("4", "nope"):
        request = f"POST /v1/prompts/{{prompt}}/versions/{number}/tags"
        assert shared.refuses("editor", request, {"tag": tag}, f"400 invalid_input: {words}") == {"field": "tag"}


def test_tags_are_case_sensitive_and_listed_by_code_point(scene: Scene) -> None:
    scene.prompt("live", "draft", tags=dict.fromkeys(("b", "a", "B", "_", "-", "10", "9"), 1) | {"A": 2})
    expected = ["-", "10", "9", "B", "_", "a", "b"]
    assert scene.does("GET /v1/prompts/{prompt}/versions/1")["tags"] == expected
    listed = scene.ask("read_render key", "GET /v1/prompts/{prompt}/tags").json()
    assert listed == {"tags": [{"tag": tag, "version": 2 if tag == "A" else 1} for tag in sorted([*expected, "A"])]}


def test_a_tag_names_the_version_to_tag(scene: Scene) -> None:
    scene.prompt("live", "draft", tags={"wip": 2})
    assert scene.does("POST /v1/prompts/{prompt}/versions/wip/tags", {"tag": "next"})["tags"] == ["next", "wip"]
    assert scene.does("POST /v1/prompts/{prompt}/versions/live/tags", {"tag": "next"})["version"] == 1
    assert scene.tags() == {"next": 1, "wip": 2}


def test_tags_of_two_prompts_do_not_meet(scene: Scene) -> None:
    scene.prompt("live", name="other", tags={"prod": 1})
    scene.prompt("live", tags={"prod": 1})
    scene.does("DELETE /v1/prompts/{prompt}/tags/prod")
    assert (scene.tags(), scene.tags("other")) == ({}, {"prod": 1})


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /v1/prompts/{slug}/tags", "400 invalid_input: invalid prompt id"),
        ("GET /v1/prompts/{unknown}/tags", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{foreign}/tags", "404 prompt_not_found: prompt not found"),
        ("DELETE /v1/prompts/{slug}/tags/prod", "400 invalid_input: invalid prompt id"),
        ("DELETE /v1/prompts/{foreign}/tags/prod", "404 prompt_not_found: prompt not found"),
        ("DELETE /v1/prompts/{prompt}/tags/nope", "404 label_not_found: tag not found"),
        ("DELETE /v1/prompts/{prompt}/tags/PROD", "404 label_not_found: tag not found"),
        ("DELETE /v1/prompts/{prompt}/tags/live", "404 label_not_found: tag not found"),
        ("DELETE /v1/prompts/{prompt}/tags/a%00b", "404 label_not_found: tag not found"),
        (f"DELETE /v1/prompts/{{prompt}}/tags/{'x' * 1000}", "404 label_not_found: tag not found"),
    ],
)
def test_what_is_not_there_is_not_found(shared: Scene, request_: str, expected: str) -> None:
    shared.refuses("editor", request_, None, expected)


ANY_LABEL = [
    *("team/prod", "/", "a,b", "100%", "%2F", "a b", "a+b", "?x=1#1&", "é", "🚀", "x" * 60, "a;b=c", "\\{}~", "\ufffd"),
]


@pytest.mark.parametrize("label", ANY_LABEL)
def test_a_label_of_any_text_is_read_filtered_rendered_and_removed(scene: Scene, label: str) -> None:
    scene.prompt("live", "draft")
    scene.place(label, 2)
    scene.place("other", 1)
    path = quote(label, safe="")
    prompt, slug, viewer = scene.names["prompt"], scene.names["slug"], scene.client("viewer")
    found: dict[str, Any] = viewer.get(f"/v1/prompts/{prompt}/versions/{path}").json()
    assert (found["version"]["version"], found["version"]["tags"]) == (2, [label])
    listed = viewer.get(f"/v1/prompts/{prompt}/versions?tags=nope,{path}").json()["versions"]
    assert [one["version"] for one in listed] == [2]
    rendered = viewer.post(f"/v1/prompts/{slug}/versions/{path}/render", json={"variables": {"name": "Ada"}})
    assert (rendered.json()["rendered"], rendered.json()["tags"]) == ("2: Hello Ada", [label])
    resolved = viewer.get(f"/v1/prompts/{slug}/resolve", params={"label": label}).json()
    assert (resolved["version"], resolved["labels"]) == (2, [label])
    assert scene.client("editor").delete(f"/v1/prompts/{prompt}/tags/{path}").status_code == 204
    assert scene.tags() == {"other": 1}


def test_a_label_set_at_once_on_many_versions_is_on_one(scene: Scene) -> None:
    scene.prompt(*6 * ["draft"])
    scene.client("editor")

    def put(number: int) -> int:
        version: int = scene.does(f"POST /v1/prompts/{{prompt}}/versions/{number}/tags", {"tag": "prod"})["version"]
        return version

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(put, range(1, 7))) == list(range(1, 7))
    holders = [one["version"] for one in scene.does("GET /v1/prompts/{prompt}/versions?tags=prod")]
    assert holders == [scene.tags()["prod"]]
