"""Which running process serves which version, and which of them not the one that its label leads to."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support.scene import Scene, said
from support.use import Reporting, serves
from support.waiting import eventually

VERSIONS = "/v1/prompts/{prompt}/versions"


@pytest.fixture
def prompt(scene: Scene) -> str:
    """A prompt: 1 stable and `prod`, 2 live, 3 a draft."""
    return scene.prompt("stable", "live", "draft", tags={"prod": 1})["id"]


def fleet(scene: Scene, query: str = "", subject: str = "viewer") -> dict[str, Any]:
    answer = scene.ask(subject, f"GET /v1/prompts/{{prompt}}/processes{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def labels(scene: Scene, query: str = "") -> dict[str, tuple[int | None, int, int]]:
    return {one["label"]: (one["version"], one["processes"], one["converged"]) for one in fleet(scene, query)["labels"]}


def test_after_a_label_moved_it_is_told_how_many_have_followed_and_which_have_not(scene: Scene, prompt: str) -> None:
    http = scene.client("read_render key")
    processes = [Reporting(http, instance=f"web-{at:02}") for at in range(50)]
    for one in processes:
        one.report(serves=[serves(prompt, 1, "prod"), serves(prompt, 2)])
    eventually(lambda: labels(scene) == {"prod": (1, 50, 50), "live": (2, 50, 50)})
    scene.does(f"POST {VERSIONS}/2/tags", {"tag": "prod"})
    assert labels(scene) == {"prod": (2, 50, 0), "live": (2, 50, 50)}
    for one in processes[:47]:
        one.report(serves=[serves(prompt, 2, "prod"), serves(prompt, 2)])
    eventually(lambda: labels(scene) == {"prod": (2, 50, 47), "live": (2, 50, 50)})
    behind = fleet(scene, "?label=prod&behind=true")
    assert behind["total"] == 3
    shown = [(one["instance"], one["version"], one["aim"], one["converged"]) for one in behind["processes"]]
    assert shown == [("web-47", 1, 2, False), ("web-48", 1, 2, False), ("web-49", 1, 2, False)]
    everybody = fleet(scene)
    assert (everybody["total"], len(everybody["processes"])) == (100, 100)
    assert [one["converged"] for one in everybody["processes"][:4]] == [False, False, False, True]
    (moved,) = (one["moved_at"] for one in everybody["labels"] if one["label"] == "prod")
    followed = next(one for one in everybody["processes"] if one["label"] == "prod" and one["converged"])
    assert moved < followed["serving_since"]


def test_what_is_asked_for_by_number_is_always_where_it_should_be(scene: Scene, prompt: str) -> None:
    Reporting(scene.client("read_render key")).report(serves=[serves(prompt, 1, None)])
    eventually(lambda: fleet(scene)["total"] == 1)
    (one,) = fleet(scene)["processes"]
    assert (one["label"], one["version"], one["aim"], one["converged"]) == (None, 1, 1, True)
    assert fleet(scene)["labels"] == []


def test_a_process_whose_label_is_gone_is_not_where_it_should_be(scene: Scene, prompt: str) -> None:
    Reporting(scene.client("read_render key")).report(serves=[serves(prompt, 1, "prod")])
    eventually(lambda: labels(scene) == {"prod": (1, 1, 1)})
    scene.does("DELETE /v1/prompts/{prompt}/tags/prod")
    assert labels(scene) == {"prod": (None, 1, 0)}
    assert fleet(scene)["processes"][0]["aim"] is None


def test_a_process_says_who_it_is_and_how_old_what_it_serves_is(scene: Scene, prompt: str) -> None:
    process = Reporting(scene.client("read_render key"), "checkout", "web-1")
    process.report(serves=[serves(prompt, 2, source="disk")], age=30)
    eventually(lambda: fleet(scene)["total"] == 1)
    (one,) = fleet(scene)["processes"]
    assert (one["service"], one["instance"], one["sdk"], one["source"]) == ("checkout", "web-1", "test/1", "disk")
    assert one["confirmed_at"] < one["last_seen_at"] == one["first_seen_at"] == one["serving_since"]
    assert process.process["id"] not in str(one), "its own id lets others speak for it"


def test_a_process_that_ends_or_serves_no_more_is_gone(scene: Scene, prompt: str) -> None:
    http = scene.client("read_render key")
    ending, changing = Reporting(http), Reporting(http)
    for one in (ending, changing):
        one.report(serves=[serves(prompt, 2)])
    eventually(lambda: fleet(scene)["total"] == 2)
    ending.report(ending=True)
    eventually(lambda: fleet(scene)["total"] == 1)
    changing.report(serves=[])
    eventually(lambda: fleet(scene)["total"] == 0)
    changing.report(serves=[serves(prompt, 2)])
    ending.report(serves=[serves(prompt, 2)])
    eventually(lambda: fleet(scene)["total"] == 2)


def test_a_report_that_is_late_does_not_bring_back_what_was(scene: Scene, prompt: str) -> None:
    process = Reporting(scene.client("read_render key"))
    process.report(number=5, serves=[serves(prompt, 2)])
    process.report(number=4, serves=[serves(prompt, 1)])
    eventually(lambda: [one["version"] for one in fleet(scene)["processes"]] == [2])
    Reporting(scene.client("read_render key")).report(serves=[serves(prompt, 2)])
    eventually(lambda: fleet(scene)["total"] == 2)
    assert [one["version"] for one in fleet(scene)["processes"]] == [2, 2]


def running(http: httpx.Client, query: str = "") -> list[tuple[str, int, int]]:
    answer = http.get(f"/v1/processes{query}")
    assert answer.status_code == 200, answer.text
    return [(one["instance"], one["prompts"], one["behind"]) for one in answer.json()["processes"]]


def test_the_running_processes_of_a_team_are_listed_with_what_is_behind(scene: Scene, prompt: str) -> None:
    other = scene.prompt("live", name="other")["id"]
    http, viewer = scene.client("read_render key"), scene.client("viewer")
    first, second = (Reporting(http, instance=name) for name in ("a", "b"))
    first.report(serves=[serves(prompt, 2), serves(prompt, 2, "prod"), serves(other, 1)])
    second.report(serves=[serves(prompt, 2)])
    expected = [("a", 2, 1), ("b", 1, 0)]
    eventually(lambda: running(viewer) == expected)
    assert running(viewer, f"?team={scene.world.team.id}") == expected
    assert running(viewer, f"?org={scene.world.org.id}") == expected
    assert running(scene.client("stranger")) == []
    assert running(scene.elsewhere.client("viewer")) == []
    assert running(http, f"?org={scene.elsewhere.world.org.id}") == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("prompts/{prompt}/processes?behind=x", "behind must be true or false"),
        ("prompts/{prompt}/processes?label=%20", "label: a label must not begin or end with a space"),
        ("processes?team=x", "invalid team id"),
        ("processes?org=x", "invalid org id"),
    ],
)
def test_a_bad_question_is_refused(scene: Scene, query: str, words: str) -> None:
    scene.prompt("live")
    assert said(scene.ask("viewer", f"GET /v1/{query}")) == f"400 invalid_input: {words}"
