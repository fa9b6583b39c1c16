"""Keys that are limited to labels: what they may read and move, on every path."""

from __future__ import annotations

from typing import Any

import pytest

from support.answers import newest
from support.keys import Made
from support.scene import SUBJECTS, Body, Scene
from support.world import World

READS = "needs an API key that may read {what}, has one limited to reading 'live', 'prod'"
VERSIONS = "/v1/prompts/{prompt}/versions"
LIMITED = SUBJECTS | {
    "reader": lambda world: world.http(world.key("read_render", reads=("prod", "live"))),
    "reading author": lambda world: world.http(world.key("all", reads=("prod", "live"))),
    "mover": lambda world: world.http(world.key("admin", moves=("qa",))),
    "mover of nothing": lambda world: world.http(world.key("all", moves=())),
}


@pytest.fixture
def limited(world: World) -> Scene:
    """A scene with a live version 3, and labels: prod and beta on 1, qa on 2, draft on 4, and 5 without any."""
    scene = Scene(world, LIMITED)
    tags = {"prod": 1, "beta": 1, "qa": 2, "draft": 4}
    scene.prompt("stable", "stable", "live", "draft", "draft", tags=tags)
    return scene


READABLE = [
    pytest.param("GET /v1/prompts/{slug}/resolve", 3, id="resolve-live"),
    pytest.param("GET /v1/prompts/{slug}/resolve?label=live", 3, id="resolve-live-by-name"),
    pytest.param("GET /v1/prompts/{slug}/resolve?label=prod", 1, id="resolve-label"),
    pytest.param("GET /v1/prompts/{slug}/resolve?version=1", 1, id="resolve-number"),
    pytest.param(f"GET {VERSIONS}/1", 1, id="get-number"),
    pytest.param(f"GET {VERSIONS}/prod", 1, id="get-label"),
    pytest.param("GET /v1/prompts/{prompt}?tag=prod", 1, id="prompt-tag"),
    pytest.param("GET /v1/prompts/{slug}?version=3", 3, id="prompt-version"),
]


@pytest.mark.parametrize(("request_line", "number"), READABLE)
def test_a_limited_key_reads_what_its_labels_lead_to(limited: Scene, request_line: str, number: int) -> None:
    answer = limited.ask("reader", request_line).json()
    assert answer.get("version", answer) in (number, answer["version"])
    text = str(answer)
    assert f"{number}: Hello" in text


VARIABLES = {"variables": {"name": "Ada"}}
UNREADABLE: list[Any] = [
    pytest.param("GET /v1/prompts/{slug}/resolve?label=qa", None, "label 'qa'", id="resolve-label"),
    pytest.param("GET /v1/prompts/{slug}/resolve?label=beta", None, "label 'beta'", id="resolve-other-label-of-prod"),
    pytest.param("GET /v1/prompts/{slug}/resolve?label=nope", None, "label 'nope'", id="resolve-unknown-label"),
    pytest.param("GET /v1/prompts/{slug}/resolve?version=2", None, "version 2", id="resolve-number"),
    pytest.param("POST /v1/prompts/{slug}/versions/qa/render", VARIABLES, "label 'qa'", id="render-label"),
    pytest.param("POST /v1/prompts/{slug}/versions/4/render", VARIABLES, "version 4", id="render-number"),
    pytest.param(f"GET {VERSIONS}/5", None, "version 5", id="get-number"),
    pytest.param(f"GET {VERSIONS}/draft", None, "label 'draft'", id="get-label"),
    pytest.param("GET /v1/prompts/{prompt}?tag=qa", None, "label 'qa'", id="prompt-tag"),
    pytest.param("GET /v1/prompts/{slug}?version=2", None, "version 2", id="prompt-version"),
    pytest.param(f"GET {VERSIONS}/diff?from=1&to=2", None, "version 2", id="diff-to"),
    pytest.param(f"GET {VERSIONS}/diff?from=draft&to=1", None, "label 'draft'", id="diff-from"),
]


@pytest.mark.parametrize(("request_line", "body", "what"), UNREADABLE)
def test_a_limited_key_reads_nothing_else(limited: Scene, request_line: str, body: Body, what: str) -> None:
    details = limited.refuses("reader", request_line, body, "403 forbidden: forbidden")
    assert f"needs {details['needs']}, has {details['has']}" == READS.format(what=what)


@pytest.mark.parametrize(
    ("request_line", "body"),
    [
        pytest.param(f"POST {VERSIONS}/4/duplicate", None, id="duplicate"),
        pytest.param(f"PUT {VERSIONS}/4", {"template": "x"}, id="update"),
        pytest.param(f"POST {VERSIONS}/4/promote", None, id="promote"),
        pytest.param(f"POST {VERSIONS}/4/tags", {"tag": "prod"}, id="tag"),
        pytest.param(f"POST {VERSIONS}/4/archive", None, id="archive"),
    ],
)
def test_no_write_shows_a_limited_key_what_it_may_not_read(limited: Scene, request_line: str, body: Body) -> None:
    details = limited.refuses("reading author", request_line, body, "403 forbidden: forbidden")
    assert details["needs"] == "an API key that may read version 4"


def test_a_limited_key_finds_only_its_own_in_lists(limited: Scene) -> None:
    assert limited.does("GET /v1/prompts/{prompt}/tags", subject="reader") == [{"tag": "prod", "version": 1}]
    listed = limited.does(f"GET {VERSIONS}", subject="reader")
    assert [one["version"] for one in listed] == [3, 1]
    assert limited.does(f"GET {VERSIONS}?tags=qa", subject="reader") == []
    first = limited.ask("reader", f"GET {VERSIONS}?limit=2").json()
    assert [one["version"] for one in first["versions"]] == []
    second = limited.ask("reader", f"GET {VERSIONS}?limit=2&cursor={first['next_cursor']}").json()
    assert [one["version"] for one in second["versions"]] == [3]


def test_a_label_that_moves_on_takes_its_readers_along(limited: Scene) -> None:
    assert limited.ask("reader", f"GET {VERSIONS}/2").status_code == 403
    limited.does(f"POST {VERSIONS}/2/tags", {"tag": "prod"})
    assert limited.ask("reader", f"GET {VERSIONS}/2").status_code == 200
    assert limited.ask("reader", f"GET {VERSIONS}/1").status_code == 403


MOVES: list[Any] = [
    pytest.param(f"POST {VERSIONS}/5/tags", {"tag": "prod"}, "'prod'", id="tag-set"),
    pytest.param(f"POST {VERSIONS}/5/tags", {"tag": "QA"}, "'QA'", id="look-alike"),
    pytest.param("DELETE /v1/prompts/{prompt}/tags/prod", None, "'prod'", id="tag-delete"),
    pytest.param("DELETE /v1/prompts/{prompt}/tags/ghost", None, "'ghost'", id="tag-delete-unknown"),
    pytest.param(f"POST {VERSIONS}/1/promote", {"to": "live"}, "'live'", id="promote"),
    pytest.param(f"POST {VERSIONS}/3/demote", None, "'live'", id="demote"),
    pytest.param(f"POST {VERSIONS}/3/archive", None, "'live'", id="archive-live"),
    pytest.param(f"POST {VERSIONS}/1/archive", None, "'beta', 'prod'", id="archive"),
    pytest.param(f"DELETE {VERSIONS}/4", None, "'draft'", id="delete"),
    pytest.param(f"PUT {VERSIONS}/4", {"template": "x"}, "'draft'", id="edit"),
    pytest.param("POST /v1/prompts/{prompt}/archive", None, "'beta', 'draft', 'live', 'prod'", id="archive-prompt"),
    pytest.param(
        "POST /v1/prompts/{prompt}/move", {"team_id": "{team}"}, "'beta', 'draft', 'live', 'prod'", id="move-prompt"
    ),
]


@pytest.mark.parametrize(("request_line", "body", "what"), MOVES)
def test_a_limited_key_moves_nothing_else(
    limited: Scene, request_line: str, body: dict[str, str] | None, what: str
) -> None:
    filled = body and {name: text.format_map(limited.names) for name, text in body.items()}
    details = limited.refuses("mover", request_line, filled, "403 forbidden: forbidden")
    assert details == {"needs": f"an API key that may move {what}", "has": "one limited to moving 'qa'"}


def test_a_limited_key_moves_its_own_and_writes_what_no_label_leads_to(limited: Scene) -> None:
    limited.does(f"POST {VERSIONS}/5/tags", {"tag": "qa"}, subject="mover")
    limited.does("DELETE /v1/prompts/{prompt}/tags/qa", subject="mover")
    for writer in ("mover", "mover of nothing"):
        limited.does(f"POST {VERSIONS}", {"template": "x"}, subject=writer)
        limited.does(f"PUT {VERSIONS}/5", {"template": writer}, subject=writer)
    limited.does(f"POST {VERSIONS}/5/promote", subject="mover of nothing")
    details = limited.refuses("mover of nothing", f"POST {VERSIONS}/1/tags", {"tag": "qa"}, "403 forbidden: forbidden")
    assert details["has"] == "one limited to moving none"


def test_evalguards_route_asks_the_limit_too(limited: Scene) -> None:
    version = limited.does(f"GET {VERSIONS}/5")["id"]
    answer = limited.ask("mover", f"POST /api/v1/prompts/{version}/labels", {"add": ["qa"], "remove": ["prod"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert answer.json()["error"]["details"]["needs"] == "an API key that may move 'prod'"
    assert limited.tags()["qa"] == 2
    answer = limited.ask("mover", f"POST /api/v1/prompts/{version}/labels", {"add": ["qa"]})
    assert (answer.status_code, limited.tags()["qa"]) == (200, 5)


def test_a_limit_is_set_changed_and_lifted_only_in_so_many_words(scene: Scene) -> None:
    key = Made(scene, readable_labels=["prod", "LIVE"], movable_labels=[])

    def limits(**body: Any) -> tuple[Any, Any]:
        shown = key.update(**body).json()["api_key"]
        return shown.get("readable_labels"), shown.get("movable_labels")

    assert limits() == (["prod", "live"], [])
    assert limits(name="other", readable_labels=None, movable_labels=None) == (["prod", "live"], [])
    assert limits(readable_labels=["prod"], movable_labels=["qa"]) == (["prod"], ["qa"])
    assert limits(all_readable_labels=True) == (None, ["qa"])
    assert limits(all_movable_labels=True) == (None, None)
    assert limits(readable_labels=["a"]) == (["a"], None)
    change = newest(scene.world, "key.updated", f"org:{scene.world.org.id}").change
    assert (change.before.get("readable_labels"), change.after["readable_labels"]) == (None, ("a",))
    assert (key.stored.readable_labels, key.stored.movable_labels) == (("a",), None)


def test_whoever_widens_a_limit_must_have_the_rights_that_the_key_uses(scene: Scene) -> None:
    owner = scene.world.person("admin", "owner")
    key = Made(scene, owner, readable_labels=["prod"], movable_labels=["prod"])
    admin = scene.client("editor, organization admin")
    for wider in (
        {"readable_labels": ["prod", "qa"]},
        {"all_readable_labels": True},
        {"movable_labels": ["qa"]},
        {"all_movable_labels": True},
    ):
        assert key.update(admin, **wider).json()["details"] == {"needs": "organization role owner", "has": "admin"}
    assert key.update(admin, movable_labels=[]).status_code == 200
    assert key.update(all_movable_labels=True).status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"readable_labels": []}, "readable_labels must name a label"),
        ({"readable_labels": [""]}, "readable_labels: a label must not be empty"),
        ({"movable_labels": ["x"] * 3 + [" y"]}, "movable_labels: a label must not begin or end with a space"),
        ({"movable_labels": [str(one) for one in range(51)]}, "movable_labels must name at most 50 labels"),
        ({"movable_labels": ["x"], "all_movable_labels": True}, "give movable_labels or all_movable_labels, not both"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(scene: Scene, body: Body, words: str) -> None:
    Made(scene)
    scene.refuses("editor, organization admin", "PUT /v1/api-keys/{key}", body, f"400 invalid_input: {words}")
