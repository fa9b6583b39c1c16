"""What is used, by version and label: counted by the server where it reads, and taken from reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from promptwire.domain.use import API, Counts, UseKey
from support.scene import Scene, said
from support.use import Reporting, becomes, counted, serves, use_of, uses
from support.waiting import eventually
from support.world import World

NAME = {"variables": {"name": "Ada"}}


@pytest.fixture
def prompt(scene: Scene) -> str:
    """A prompt: 1 stable and `prod`, 2 live."""
    return scene.prompt("stable", "live", tags={"prod": 1})["id"]


@pytest.fixture
def process(scene: Scene) -> Reporting:
    """A process with a key that may only read."""
    return Reporting(scene.client("read_render key"))


def test_what_the_server_reads_is_counted_by_version_label_and_outcome(scene: Scene, prompt: str) -> None:
    for _ in range(3):
        assert scene.ask("read_render key", "POST /v1/prompts/{slug}/render", NAME).is_success
    assert scene.ask("read_render key", "POST /v1/prompts/{slug}/versions/prod/render", NAME).is_success
    assert scene.ask("read_render key", "POST /v1/prompts/{slug}/versions/1/render", NAME).is_success
    assert scene.ask("read_render key", "POST /v1/prompts/{slug}/render", {"variables": {}}).status_code == 422
    tag = scene.ask("read_render key", "GET /v1/prompts/{slug}/resolve").headers["etag"]
    unchanged = scene.ask("read_render key", "GET /v1/prompts/{slug}/resolve", headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    expected = {(2, "live", "api"): (3, 2, 1), (1, "prod", "api"): (1, 0, 0), (1, None, "api"): (1, 0, 0)}
    becomes(scene.client("viewer"), prompt, expected)
    found = use_of(scene.client("viewer"), prompt)
    assert found["total"] == {"renders": 5, "resolves": 2, "errors": 1}
    used = datetime.fromisoformat(found["last_used_at"])
    assert timedelta(seconds=-5) < datetime.now(UTC) - used < timedelta(seconds=30)


def test_a_name_that_a_process_syncs_is_counted_once_and_not_when_it_looks_again(scene: Scene, prompt: str) -> None:
    slug = scene.names["slug"]
    first = scene.ask("read_render key", "POST /v1/sync", {"prompts": [{"prompt": slug}]}).json()
    asked = [{"prompt": slug, "label": "prod"}]
    for _ in range(3):
        scene.ask("read_render key", "POST /v1/sync", {"cursor": first["cursor"]})
    scene.ask("read_render key", "POST /v1/sync", {"cursor": first["cursor"], "add": asked})
    becomes(scene.client("viewer"), prompt, {(2, "live", "api"): (0, 1, 0), (1, "prod", "api"): (0, 1, 0)})


def test_reports_count_by_version_label_and_source_beside_what_the_server_renders(
    scene: Scene, prompt: str, process: Reporting
) -> None:
    assert process.report(uses=[uses(prompt, 2, renders=40, errors=2)]).json() == {"wait": 60.0}
    process.report(uses=[uses(prompt, 2, renders=2), uses(prompt, 1, "prod", renders=5, source="disk")])
    process.report(uses=[{"prompt": scene.names["slug"], "version": 0, "source": "fallback", "renders": 1}])
    scene.ask("read_render key", "POST /v1/prompts/{slug}/render", NAME)
    expected = {
        (2, "live", "server"): (42, 0, 2),
        (2, "live", "api"): (1, 0, 0),
        (1, "prod", "disk"): (5, 0, 0),
        (0, None, "fallback"): (1, 0, 0),
    }
    becomes(scene.client("viewer"), prompt, expected)


def test_a_report_that_comes_again_counts_once_also_late(scene: Scene, prompt: str, process: Reporting) -> None:
    one = [uses(prompt, 2, renders=1)]
    for number in (1, 1, 3, 2, 3, 2, 1, 4):
        process.report(number=number, uses=one)
    becomes(scene.client("viewer"), prompt, {(2, "live", "server"): (4, 0, 0)})
    process.report(number=4, uses=one)
    process.report(number=5, uses=one)
    becomes(scene.client("viewer"), prompt, {(2, "live", "server"): (5, 0, 0)})


def test_what_a_report_says_of_others_prompts_and_of_no_version_does_not_count(
    scene: Scene, prompt: str, process: Reporting
) -> None:
    foreign = scene.elsewhere.names["prompt"]
    stranger = Reporting(scene.elsewhere.client("read_render key"))
    said_of = [uses(foreign, 1, renders=9), uses(str(uuid4()), 1, renders=9), uses(prompt, 99, renders=9)]
    process.report(serves=[serves(foreign, 1), serves(prompt, 99)], uses=[*said_of, uses(prompt, 2, renders=1)])
    stranger.report(uses=[uses(prompt, 2, renders=1000), uses(foreign, 1, renders=7)])
    becomes(scene.client("viewer"), prompt, {(2, "live", "server"): (1, 0, 0)})
    becomes(scene.elsewhere.client("viewer"), foreign, {(1, "live", "server"): (7, 0, 0)})
    assert use_of(scene.client("viewer"), prompt)["processes"] == 0


def test_nobody_speaks_for_the_process_of_another_organization(scene: Scene, prompt: str, process: Reporting) -> None:
    process.report(serves=[serves(prompt, 2)])
    other = Reporting(scene.elsewhere.client("read_render key"))
    other.process = dict(process.process, service="evil")
    other.report(ending=True)
    process.report(serves=[serves(prompt, 2)], uses=[uses(prompt, 2, renders=1)])
    becomes(scene.client("viewer"), prompt, {(2, "live", "server"): (1, 0, 0)})
    (one,) = scene.ask("viewer", "GET /v1/prompts/{prompt}/processes").json()["processes"]
    assert one["service"] == "checkout"


def test_a_period_is_told_by_hour_or_by_day(scene: Scene, prompt: str) -> None:
    now = datetime.now(UTC)
    key = UseKey(prompt, 2, "live", API)
    for ago, renders in ((timedelta(0), 1), (timedelta(hours=30), 2), (timedelta(days=20), 4)):
        at = now - ago
        scene.world.store.write_now(lambda tx, at=at, n=renders: tx.use.add({key: Counts(renders=n)}, at))  # type: ignore[misc]

    def told(query: str) -> list[tuple[str, int]]:
        found = use_of(scene.client("viewer"), prompt, query)
        return [(found["by"], one["renders"]) for one in found["slices"]]

    assert told("") == [("day", 2), ("day", 1)]
    assert told("?by=hour") == [("hour", 2), ("hour", 1)]
    early = (now - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told(f"?from={early}") == [("day", 4), ("day", 2), ("day", 1)]
    assert told(f"?from={early}&to={early}") == []
    yesterday = (now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told(f"?from={yesterday}") == [("hour", 2), ("hour", 1)]


def test_most_used_and_unused_prompts_are_told_of_a_team_and_of_all_one_sees(scene: Scene) -> None:
    now, team = datetime.now(UTC), scene.world.team.id
    made = {name: scene.prompt("live", name=name)["id"] for name in ("busy", "quiet", "old", "never", "new")}
    elsewhere = scene.elsewhere.names["prompt"]

    def build(tx: Any) -> None:
        for name, days, renders in (("busy", 1, 9), ("quiet", 29, 3), ("old", 31, 100)):
            tx.use.add({UseKey(made[name], 1, "live", "server"): Counts(renders=renders)}, now - timedelta(days=days))
        tx.use.add({UseKey(elsewhere, 1, "live", API): Counts(renders=7)}, now)
        for name in ("busy", "quiet", "old", "never"):
            prompt = tx.prompts.get(made[name])
            tx.prompts.update(type(prompt)(**{**_fields(prompt), "created_at": now - timedelta(days=100)}))

    scene.world.store.write_now(build)
    for query in ("", f"?team={team}", f"?org={scene.world.org.id}", f"?team={team}&days=30"):
        found = scene.ask("viewer", f"GET /v1/use{query}").json()
        assert [(one["prompt_id"], one["renders"]) for one in found["most_used"]] == [
            (made["busy"], 9),
            (made["quiet"], 3),
        ]
        assert [one["prompt_id"] for one in found["unused"]] == [made["never"], made["old"]]
        assert found["unused"][0]["last_used_at"] is None
        assert found["unused"][1]["last_used_at"]
        assert found["counting_since"]
    assert [one["renders"] for one in scene.ask("viewer", "GET /v1/use?limit=1&days=40").json()["most_used"]] == [100]
    nothing = scene.ask("stranger", "GET /v1/use").json()
    assert (nothing["most_used"], nothing["unused"]) == ([], [])
    assert scene.ask("viewer", f"GET /v1/use?org={scene.elsewhere.world.org.id}").json()["most_used"] == []


def _fields(prompt: Any) -> dict[str, Any]:
    return {name: getattr(prompt, name) for name in type(prompt).__dataclass_fields__}


def test_a_key_that_reads_one_label_learns_of_the_use_of_that_label_only(scene: Scene, prompt: str) -> None:
    process = Reporting(scene.client("read_render key"))
    rows = [uses(prompt, 2, renders=1), uses(prompt, 1, "prod", renders=1), uses(prompt, 1, None, renders=1)]
    process.report(uses=rows, serves=[serves(prompt, 2), serves(prompt, 1, "prod")])
    limited = scene.world.http(scene.world.key("read_render", reads=("prod",)))
    becomes(limited, prompt, {(1, "prod", "server"): (1, 0, 0)})
    assert use_of(limited, prompt)["processes"] == 1
    found = limited.get(f"/v1/prompts/{prompt}/processes").json()
    assert [one["label"] for one in found["processes"]] == ["prod"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"number": 1}, "process.id is required: a UUID that the process makes when it starts"),
        ({"process": {"id": "x"}}, "number must be 1 or more: each report has the next"),
        ({"process": {"id": "x" * 101}, "number": 1}, "process.id must be at most 100 characters"),
        (
            {"process": {"id": "x", "service": "a\nb"}, "number": 1},
            "process.service must not contain control characters",
        ),
        (
            {"process": {"id": "x"}, "number": 1, "serves": [{"prompt_id": "x", "version": 1}]},
            "serves[0].prompt_id must be the id of a prompt",
        ),
        (
            {"process": {"id": "x"}, "number": 1, "uses": [{"version": 1, "source": "api"}]},
            "uses[0].source must be one of server, disk, bundle, fallback",
        ),
        (
            {"process": {"id": "x"}, "number": 1, "uses": [{"version": 1, "label": " x"}]},
            "uses[0].label: a label must not begin or end with a space",
        ),
        ({"process": {"id": "x"}, "number": 1, "uses": 2001 * [{}]}, "uses may have at most 2000 items"),
        ({"process": {"id": "x"}, "number": 1, "uses": [{"renders": -1}]}, "invalid request body"),
        ({"process": "x", "number": 1}, "invalid request body"),
    ],
)
def test_a_report_that_cannot_be_one_is_refused(scene: Scene, body: dict[str, Any], words: str) -> None:
    answer = scene.ask("read_render key", "POST /v1/use", body)
    assert said(answer) == f"400 invalid_input: {words}"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("prompts/{prompt}/use?from=x", "from must be an RFC 3339 time, such as 2030-01-31T12:00:00Z"),
        ("prompts/{prompt}/use?from=2999-01-01T00:00:00Z", "from must not be after to, nor in the future"),
        ("prompts/{prompt}/use?by=week", "by must be hour or day"),
        (
            "prompts/{prompt}/use?from=2026-01-01T00:00:00Z&by=hour",
            "at most 14 days may be asked for by hour: ask by day",
        ),
        ("prompts/{prompt}/use?from=2020-01-01T00:00:00Z", "at most 400 days may be asked for at once"),
        ("use?days=0", "days must be a number from 1 to 400"),
        ("use?days=x", "days must be a number from 1 to 400"),
        ("use?limit=0", "limit must be a number from 1 to 200"),
        ("use?team=x", "invalid team id"),
        ("use?org=x", "invalid org id"),
    ],
)
def test_a_bad_question_is_refused(scene: Scene, query: str, words: str) -> None:
    scene.prompt("live")
    assert said(scene.ask("viewer", f"GET /v1/{query}")) == f"400 invalid_input: {words}"


def test_a_prompt_that_is_removed_takes_its_use_along(scene: Scene) -> None:
    team = scene.world.new_team(None)
    admin = scene.world.person()
    scene.world.join_team(admin.user.id, "admin", team.id)
    prompt = scene.world.prompt(admin.http, "Hello", team_id=team.id)
    process = Reporting(admin.http)
    process.report(uses=[uses(prompt, 1, "x", renders=3)], serves=[serves(prompt, 1, "x")])
    eventually(lambda: counted(admin.http, prompt) != {})
    assert admin.http.delete(f"/v1/teams/{team.id}").is_success
    process.report(uses=[uses(prompt, 1, "x", renders=3)])
    answer = Reporting(admin.http).report()
    assert answer.is_success


def test_one_who_sees_nothing_reports_in_vain(scene: Scene, prompt: str) -> None:
    outsider: World = scene.elsewhere.world
    Reporting(outsider.person().http).report(uses=[uses(prompt, 2, renders=5)], serves=[serves(prompt, 2)])
    process = Reporting(scene.client("read_render key"))
    process.report(uses=[uses(prompt, 2, renders=1)])
    becomes(scene.client("viewer"), prompt, {(2, "live", "server"): (1, 0, 0)})
