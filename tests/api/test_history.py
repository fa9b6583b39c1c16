"""The past of a prompt: who moved what from where to where, and what was served at a time; for its readers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from support.scene import Scene, said
from support.world import World

VERSIONS = "/v1/prompts/{prompt}/versions"


def history(scene: Scene, *, subject: str = "viewer", **query: str | int) -> list[dict[str, Any]]:
    """Read every page, oldest first."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = "&".join(f"{name}={value}" for name, value in (query | {"cursor": cursor}).items())
        answer = scene.ask(subject, f"GET /v1/prompts/{{prompt}}/history?{asked}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["history"]
        cursor = page["next_cursor"]
    return found[::-1]


def served(scene: Scene, at: datetime | None = None, label: str = "") -> dict[str, int | None]:
    time = f"&at={stamp(at)}" if at else ""
    found = scene.does(f"GET /v1/prompts/{{prompt}}/served?label={label}{time}", subject="viewer")
    return {one["label"]: one["version"] for one in found}


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def now() -> datetime:
    return datetime.now(UTC)


def told(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["action"], one["label"], one["from_version"], one["to_version"]) for one in events]


@pytest.fixture
def past(scene: Scene) -> list[datetime]:
    """A prompt to which things happened, and the times between them."""
    scene.prompt("draft", "draft", "draft")
    times = [now()]
    for request, body in (
        (f"POST {VERSIONS}/1/tags", {"tag": "prod", "reason": "first"}),
        (f"POST {VERSIONS}/1/promote", {"to": "live"}),
        (f"POST {VERSIONS}/2/tags", {"tag": "prod"}),
        (f"POST {VERSIONS}/2/promote", {"to": "live", "reason": "better"}),
        (f"PUT {VERSIONS}/3", {"template": "new text"}),
        ("POST /v1/prompts/{prompt}/rollback", {"target_version": 1, "rollback_reason": "worse"}),
        (f"POST {VERSIONS}/1/archive", None),
        ("DELETE /v1/prompts/{prompt}/tags/prod", None),
    ):
        scene.does(request, body)
        times.append(now())
    return times


LIVE = [
    ("version.promoted", "live", None, 1),
    ("version.promoted", "live", 1, 2),
    ("version.rolled_back", "live", 2, 1),
    ("version.archived", "live", 1, None),
]
PROD = [("label.set", "prod", None, 1), ("label.moved", "prod", 1, 2), ("label.removed", "prod", 2, None)]


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_history_of_a_label_and_of_live_is_told_from_where_to_where(scene: Scene, limit: int) -> None:
    assert told(history(scene, label="live", limit=limit)) == LIVE
    assert told(history(scene, label="prod", limit=limit)) == PROD
    assert history(scene, label="none", limit=limit) == []


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_the_history_of_a_prompt_tells_everything(scene: Scene, limit: int) -> None:
    everything = told(history(scene, limit=limit))
    created = [("version.created", None, None, None)] * 3
    assert everything == [
        ("prompt.created", None, None, None),
        *created,
        PROD[0],
        LIVE[0],
        PROD[1],
        LIVE[1],
        ("version.updated", None, None, None),
        LIVE[2],
        LIVE[3],
        PROD[2],
    ]


@pytest.mark.usefixtures("past")
def test_it_says_who_when_why_and_by_which_request(scene: Scene) -> None:
    (event,) = (one for one in history(scene, label="live") if one["action"] == "version.rolled_back")
    logs = scene.ask("organization admin", f"GET /v1/orgs/{scene.world.org.id}/audit-logs?label=live&limit=200").json()
    (logged,) = (one for one in logs["logs"] if one["id"] == event["id"])
    assert logged == {name: value for name, value in event.items() if name in logged}
    assert event["reason"] == "worse"
    assert event["actor_name"].endswith("@example.com")
    assert event["metadata"]["after"]["content_hash"]


def test_what_was_served_at_each_time(scene: Scene, past: list[datetime]) -> None:
    expected: list[dict[str, int | None]] = [
        {},
        {"prod": 1},
        {"prod": 1, "live": 1},
        {"prod": 2, "live": 1},
        {"prod": 2, "live": 2},
        {"prod": 2, "live": 2},
        {"prod": 2, "live": 1},
        {"prod": 2},
        {},
    ]
    assert [served(scene, at) for at in past] == expected
    for at, all_of_it in zip(past, expected, strict=True):
        for label in ("prod", "live", "none"):
            assert served(scene, at, label) == {label: all_of_it.get(label)}
    assert served(scene) == expected[-1]


def test_it_says_since_when_and_by_whose_hand(scene: Scene, past: list[datetime]) -> None:
    (one,) = scene.does(f"GET /v1/prompts/{{prompt}}/served?label=prod&at={stamp(past[-2])}")
    (_, move, _) = history(scene, label="prod")
    assert (one["since"], one["move"]) == (move["created_at"], move)


def test_it_says_which_text_that_was_then(scene: Scene) -> None:
    scene.prompt("draft", tags={"wip": 1})
    hashes = []
    for text in ("one", "two"):
        written = scene.does(f"PUT {VERSIONS}/1", {"template": text})
        hashes.append((now(), written["content_hash"]))
    assert len({content_hash for _, content_hash in hashes}) == 2
    for at, content_hash in hashes:
        (one,) = scene.does(f"GET /v1/prompts/{{prompt}}/served?label=wip&at={stamp(at)}")
        assert one["content_hash"] == content_hash


def test_a_version_that_is_gone_is_still_told_of(scene: Scene) -> None:
    scene.prompt("draft", "stable", tags={"prod": 1})
    at = now()
    scene.does(f"DELETE {VERSIONS}/1")
    assert served(scene, at, "prod") == {"prod": 1}
    assert told(history(scene, label="prod"))[-1] == ("label.removed", "prod", 1, None)


def test_a_prompt_that_moved_takes_its_history_along(scene: Scene) -> None:
    scene.prompt("stable", tags={"prod": 1})
    at = now()
    elsewhere = World(scene.world.server, scene.world.store)
    mover = scene.world.person("admin", "admin")
    elsewhere.join_org(mover.user.id, "admin")
    elsewhere.join_team(mover.user.id, "admin", elsewhere.team.id)
    key = scene.world.http(scene.world.key("all"))
    prompt = f"/v1/prompts/{scene.names['prompt']}"
    assert key.post(f"{prompt}/versions/1/tags", json={"tag": "by-key"}).status_code == 200
    assert mover.http.post(f"{prompt}/move", json={"team_id": elsewhere.team.id}).status_code == 200
    reader = elsewhere.person("viewer", "viewer").http
    events = reader.get(f"{prompt}/history").json()["history"]
    assert {one["scope"] for one in events} == {f"org:{scene.world.org.id}", f"org:{elsewhere.org.id}"}
    names = {one["label"]: one["actor_name"] for one in events if one["action"] == "label.set"}
    assert names["by-key"] is None, "a key of an organization that the reader does not belong to"
    moved = next(one for one in events if one["action"] == "prompt.moved")
    assert moved["actor_name"] == mover.user.email
    [one] = reader.get(f"{prompt}/served", params={"label": "prod", "at": stamp(at)}).json()["served"]
    assert one["version"] == 1
    assert elsewhere.person(is_admin=True).http.get(f"{prompt}/history").status_code == 404
    elsewhere.close()


def test_who_left_is_not_named_to_who_stayed(scene: Scene) -> None:
    scene.prompt("draft")
    gone = scene.world.person("editor")
    path = f"/v1/prompts/{scene.names['prompt']}/versions/1/tags"
    assert gone.http.post(path, json={"tag": "prod"}).status_code == 200
    assert history(scene, label="prod")[0]["actor_name"] == gone.user.email
    scene.world.leave(gone.user.id)
    (event,) = history(scene, label="prod")
    assert (event["actor_id"], event["actor_name"]) == (gone.user.id, None)
    (event,) = history(scene, subject="instance admin, viewer", label="prod")
    assert event["actor_name"] == gone.user.email


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("history?limit=0", "limit must be a number from 1 to 200"),
        ("history?cursor=x", "invalid cursor: pass the next_cursor of the page before, as it is"),
        ("history?label=%00", "label: a label must not contain control characters"),
        ("served?at=x", "at must be an RFC 3339 time, such as 2030-01-31T12:00:00Z"),
        ("served?at=2026-02-30T00:00:00Z", "at must be an RFC 3339 time, such as 2030-01-31T12:00:00Z"),
        ("served?at=2999-01-01T00:00:00Z", "at must not be in the future"),
    ],
)
def test_a_bad_question_is_refused(scene: Scene, path: str, words: str) -> None:
    scene.prompt("draft")
    assert said(scene.ask("viewer", f"GET /v1/prompts/{{prompt}}/{path}")) == f"400 invalid_input: {words}"
