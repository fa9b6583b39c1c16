"""Who could move a label: exactly those who can, now by the tables, and at a past time by the log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from support.prompts import labels_path, protect
from support.scene import SUBJECTS, Scene, said
from support.stage import Stage
from support.world import Person, World


def access(http: httpx.Client, path: str, label: str, at: datetime | None = None) -> dict[str, Any]:
    time = {"at": at.isoformat().replace("+00:00", "Z")} if at else {}
    answer = http.get(f"{path}/access", params={"label": label, **time})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any]) -> set[str]:
    [team] = found["access"]
    return {one["id"] for one in team["users"] + team["keys"]}


def now() -> datetime:
    return datetime.now(UTC)


ASKING = [name for name in SUBJECTS if name not in {"nobody", "unknown session", "unknown key"}]


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage.of(world.server, world.store, ASKING)


@pytest.mark.parametrize("role", [None, "member", "admin", "owner"])
def test_those_listed_can_move_a_label_and_nobody_else_can(stage: Stage, role: str | None) -> None:
    if role:
        stage.protect("prod", role)
    prompt, version = stage.names["prompt"], stage.names["version"]
    listed = ids(access(stage.client("viewer"), f"/v1/prompts/{prompt}", "prod"))
    can = set()
    for subject, subject_id in stage.acting.items():
        http = stage.client(subject)
        by_v1 = http.post(f"/v1/prompts/{prompt}/versions/4/tags", json={"tag": "prod"}).status_code
        by_evalguard = http.post(labels_path(version), json={"add": ["prod"]}).status_code
        if 200 in {by_v1, by_evalguard}:
            can.add(subject_id)
    assert listed & set(stage.acting.values()) == can
    stage.close()


@pytest.mark.parametrize("role", [None, "admin"])
def test_those_listed_can_promote_and_nobody_else_can(stage: Stage, role: str | None) -> None:
    if role:
        stage.protect("live", role)
    prompt = stage.names["prompt"]
    listed = ids(access(stage.client("viewer"), f"/v1/prompts/{prompt}", "live"))
    can = set()
    for subject, subject_id in stage.acting.items():
        promote = f"/v1/prompts/{prompt}/versions/2/promote"
        if stage.client(subject).post(promote, json={"to": "live"}).status_code == 200:
            can.add(subject_id)
    assert listed & set(stage.acting.values()) == can
    stage.close()


def test_it_says_by_which_rule(scene: Scene) -> None:
    scene.prompt("draft")
    people = {
        "editor": scene.world.person("editor", "member").user.id,
        "admin": scene.world.person("admin", "owner").user.id,
        "outside": scene.world.person(None, "admin").user.id,
    }
    scene.world.key("all", maker=people["admin"])
    found = access(scene.client("viewer"), f"/v1/prompts/{scene.names['prompt']}", "prod")
    assert (found["label"], found["access"][0]["protection"]) == ("prod", None)
    rules = {one["id"]: (one["team_role"], one["org_role"], one["rules"]) for one in found["access"][0]["users"]}
    assert rules[people["editor"]] == ("editor", "member", ["team role editor"])
    assert rules[people["admin"]] == (
        "admin",
        "owner",
        ["team role admin", "organization role owner, on /api/v1"],
    )
    assert rules[people["outside"]] == (None, "admin", ["organization role admin, on /api/v1"])
    [key] = found["access"][0]["keys"]
    assert (key["name"], key["team_role"], key["org_role"]) == ("test", "editor", "admin")
    assert key["rules"] == ["key that counts as team editor"]
    protect(scene.world, scene.client("organization owner"), "Prod", "owner")
    found = access(scene.client("viewer"), f"/v1/prompts/{scene.names['prompt']}", "prod")
    assert found["access"][0]["protection"] == {
        "label": "Prod",
        "min_required_role": "owner",
        "approvals": 0,
        "frozen_until": None,
        "immutable": False,
    }
    assert people["admin"] in ids(found)
    assert {one["org_role"] for one in found["access"][0]["users"]} == {"owner"}


class Told:
    """An organization that came about over the API only, so that the log tells all of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.person(is_admin=True)
        self.org = self.post("/v1/orgs", {"name": f"told {world.org.id}"})["id"]
        self.team = self.post(f"/v1/orgs/{self.org}/teams", {"name": "Writers"})["id"]
        self.prompt = self.post(f"/v1/teams/{self.team}/prompts", {"name": "p"})["id"]
        for text in ("one", "two"):
            self.post(f"/v1/prompts/{self.prompt}/versions", {"template": text})
        self.times: list[datetime] = []
        self.lists: list[set[str]] = []

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.root.http.post(path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found if "id" in found else next(reversed(found.values()))

    def does(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        answer = self.root.http.request(method, path, json=body)
        assert answer.is_success, answer.text

    def add(self, role: str) -> Person:
        person = self.world.person()
        self.does("POST", f"/v1/teams/{self.team}/members", {"user_id": person.user.id, "role": role})
        return person

    def note(self, label: str = "prod") -> None:
        """Note who could move the label now, by the tables."""
        self.lists.append(ids(access(self.root.http, f"/v1/prompts/{self.prompt}", label)))
        self.times.append(now())

    def check(self, label: str = "prod") -> None:
        """Ask the log for each of the times that were noted."""
        path = f"/v1/prompts/{self.prompt}"
        assert [ids(access(self.root.http, path, label, at)) for at in self.times] == self.lists


def test_who_could_at_a_past_time_is_told_by_the_log(world: World) -> None:
    told = Told(world)
    told.note()
    one, two = told.add("editor"), told.add("viewer")
    told.note()
    member = f"/v1/teams/{told.team}/members/{two.user.id}"
    told.does("PUT", f"{member}/role", {"role": "editor"})
    told.note()
    told.does("PUT", f"/v1/teams/{told.team}/protected-labels/prod", {"min_required_role": "admin"})
    told.note()
    told.does("PUT", f"/v1/orgs/{told.org}/members/{one.user.id}/role", {"role": "admin"})
    told.note()
    for policy in ({"approvals": 1}, {"approvals": 0, "frozen_until": "2999-01-01T00:00:00Z"}, {"frozen_until": None}):
        told.does("PUT", f"/v1/teams/{told.team}/protected-labels/prod", policy)
        told.note()
    assert [len(one) for one in told.lists[-3:]] == [0, 0, len(told.lists[4])]
    key = told.post("/v1/api-keys", {"name": "ci", "org_id": told.org, "operation": "all"})["id"]
    told.note()
    told.does("PUT", f"/v1/api-keys/{key}", {"operation": "read_render"})
    told.note()
    told.does("PUT", f"/v1/api-keys/{key}", {"operation": "admin", "team_ids": [told.team]})
    told.note()
    told.does("DELETE", f"/v1/api-keys/{key}")
    told.note()
    told.does("DELETE", f"/v1/teams/{told.team}/protected-labels/prod")
    told.note()
    told.does("DELETE", f"/v1/orgs/{told.org}/members/{two.user.id}")
    told.note()
    assert len({frozenset(one) for one in told.lists}) == 5
    told.check()
    whole = access(told.root.http, f"/v1/orgs/{told.org}", "prod", told.times[8])
    assert ids(whole) == told.lists[8]
    assert whole["access"][0]["team"] == "Writers"
    assert {one["name"] for one in whole["access"][0]["keys"]} == {"ci"}


def test_what_was_told_of_a_team_is_found_after_it_moved(world: World) -> None:
    told = Told(world)
    one = told.add("editor")
    told.note()
    other = told.post("/v1/orgs", {"name": f"other {world.org.id}"})["id"]
    told.does("PUT", f"/v1/teams/{told.team}", {"name": "Writers", "org_id": other})
    told.note()
    told.does("PUT", f"/v1/teams/{told.team}", {"name": "Writers", "org_id": None})
    told.note()
    told.check()
    assert one.user.id in told.lists[-1]
    at = access(told.root.http, f"/v1/orgs/{told.org}", "prod", told.times[0])
    assert [team["team_id"] for team in at["access"]] == [told.team]
    assert access(told.root.http, f"/v1/orgs/{told.org}", "prod", told.times[1])["access"] == []
    assert access(told.root.http, f"/v1/orgs/{told.org}", "prod")["access"] == []


def test_a_prompt_that_moved_was_moved_by_the_people_of_the_team_it_was_in(world: World) -> None:
    told = Told(world)
    one = told.add("editor")
    told.note()
    target = told.post(f"/v1/orgs/{told.org}/teams", {"name": "Readers"})["id"]
    told.does("POST", f"/v1/prompts/{told.prompt}/move", {"team_id": target})
    told.note()
    told.check()
    assert one.user.id in told.lists[0] - told.lists[1]


def test_before_there_was_a_prompt_it_is_not_found(world: World) -> None:
    told = Told(world)
    answer = told.root.http.get(f"/v1/prompts/{told.prompt}/access?label=prod&at=2001-01-01T00:00:00Z")
    assert (answer.status_code, answer.json()["error"]) == (404, "prompt not found")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "label is required"),
        ("label=%00", "label: a label must not contain control characters"),
        ("label=prod&at=x", "at must be an RFC 3339 time, such as 2030-01-31T12:00:00Z"),
        ("label=prod&at=2999-01-01T00:00:00Z", "at must not be in the future"),
    ],
)
def test_a_bad_question_is_refused(scene: Scene, query: str, words: str) -> None:
    scene.prompt("draft")
    org = f"/v1/orgs/{scene.world.org.id}"
    for subject, path in (("viewer", "/v1/prompts/{prompt}"), ("organization admin", org)):
        assert said(scene.ask(subject, f"GET {path}/access?{query}")) == f"400 invalid_input: {words}"
