"""The audit trail: who reads it, how it is paged and filtered, and that its chain holds."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.changes import GENESIS
from promptwire.storage.store import SqlStore
from support.change_log import documented_hash
from support.log import check_log
from support.prompts import Versions, protect
from support.world import Person, World


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("admin", "owner")


@pytest.fixture
def versions(world: World, owner: Person) -> Versions:
    """A prompt to which everything happens that can."""
    made = Versions(world, owner.http)
    for number, labels in ((1, ["production", "qa"]), (2, ["production"])):
        made.call(owner.http, number, add=labels)
    for call in (
        ("POST", "/versions/1/promote", {"to": "live"}),
        ("POST", "/versions/2/promote", {"to": "live"}),
        ("POST", "/versions/2/demote", None),
        ("POST", "/versions/1/archive", None),
        ("POST", "/versions/3/tags", {"tag": "qa"}),
        ("PUT", "/versions/3", {"template": "a secret recipe"}),
        ("POST", "/versions/3/duplicate", None),
        ("DELETE", "/versions/3", None),
        ("PUT", "", {"description": "a secret plan"}),
        ("POST", "/archive", None),
        ("POST", "/restore", None),
    ):
        method, path, body = call
        assert owner.http.request(method, made.path + path, json=body).status_code in {200, 201, 204}
    return made


def get(world: World, http: httpx.Client, **query: str | int) -> httpx.Response:
    return http.get(f"/v1/orgs/{world.org.id}/audit-logs", params=query)


def logs(world: World, http: httpx.Client, **query: str | int) -> list[dict[str, Any]]:
    """Read every page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = get(world, http, cursor=cursor, **query)
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == {"logs", "next_cursor"}
        found += answer.json()["logs"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


def test_everything_that_happens_to_a_prompt_is_told(world: World, owner: Person, versions: Versions) -> None:
    told = [
        (log["action"], log["label"], log["metadata"]["before"].get("status"), log["metadata"]["after"].get("status"))
        for log in reversed(logs(world, owner.http, prompt_id=versions.prompt_id))
    ]
    created = ("version.created", None, None, "draft")
    assert told == [
        ("prompt.created", None, None, "active"),
        *[created] * 3,
        ("label.set", "production", None, None),
        ("label.set", "qa", None, None),
        ("label.moved", "production", None, None),
        ("version.promoted", "live", "draft", "live"),
        ("version.displaced", "live", "live", "stable"),
        ("version.promoted", "live", "draft", "live"),
        ("version.demoted", "live", "live", "stable"),
        ("version.archived", None, "stable", "archived"),
        ("label.moved", "qa", None, None),
        ("version.updated", None, None, None),
        created,
        ("label.removed", "qa", None, None),
        ("version.deleted", None, "draft", None),
        ("prompt.updated", None, None, None),
        ("prompt.archived", None, "active", "archived"),
        ("prompt.restored", None, "archived", "active"),
    ]


def test_the_history_of_a_label_and_of_live(world: World, owner: Person, versions: Versions) -> None:
    found = logs(world, owner.http, label="qa", prompt_id=versions.prompt_id)
    numbers = [
        (log["metadata"]["before"].get("version_number"), log["metadata"]["after"].get("version_number"))
        for log in found
    ]
    assert numbers == [(3, None), (1, 3), (None, 1)]
    live = logs(world, owner.http, label="live")
    assert [(log["action"], log["metadata"]["after"]["number"]) for log in live] == [
        ("version.demoted", 2),
        ("version.promoted", 2),
        ("version.displaced", 1),
        ("version.promoted", 1),
    ]
    assert live[1]["request_id"] == live[2]["request_id"] != live[0]["request_id"]


@pytest.mark.usefixtures("versions")
def test_the_chain_is_whole_by_the_documented_lines(world: World, owner: Person) -> None:
    protect(world, owner.http, "caf\u00e9 \N{ROCKET}", "admin")
    found = logs(world, owner.http, limit=7)[::-1]
    assert [log["revision"] for log in found] == list(range(1, len(found) + 1))
    assert found[0]["previous_hash"] == GENESIS
    for before, after in pairwise(found):
        assert after["previous_hash"] == before["hash"]
    entry_hash = documented_hash()
    for log in found:
        assert entry_hash(log) == log["hash"] == log["id"]


@pytest.mark.usefixtures("versions")
def test_no_number_is_missing_in_the_whole_store(server_store: SqlStore) -> None:
    assert len(check_log(server_store)) > 20


@pytest.mark.usefixtures("versions")
def test_no_text_secret_or_address_is_in_it(world: World, owner: Person) -> None:
    said = json.dumps([{**log, "actor_name": None} for log in logs(world, owner.http)])
    for hidden in ("text 1", "secret recipe", "secret plan", owner.token, owner.user.email, "example.com"):
        assert hidden not in said


def test_pages_do_not_shift(world: World, owner: Person, versions: Versions) -> None:
    everything = logs(world, owner.http)
    first = get(world, owner.http, limit=5).json()
    versions.call(owner.http, 1, add=["new"])
    second = get(world, owner.http, limit=5, cursor=first["next_cursor"]).json()
    assert first["logs"] + second["logs"] == everything[:10]
    exact = get(world, owner.http, limit=len(everything) + 1).json()
    assert (len(exact["logs"]), exact["next_cursor"]) == (len(everything) + 1, None)


def test_who_did_it_is_named_as_they_are_called_now(world: World, owner: Person, versions: Versions) -> None:
    key = world.http(world.key())
    versions.call(key, 1, add=["by-key"])
    found = {log["label"]: log for log in logs(world, owner.http)}
    assert (found["by-key"]["actor_kind"], found["by-key"]["actor_name"]) == ("api_key", "test")
    assert (found["qa"]["actor_id"], found["qa"]["actor_name"]) == (owner.user.id, owner.user.email)
    assert {log["org_id"] for log in found.values()} == {world.org.id}


@pytest.mark.usefixtures("versions")
def test_who_reads_it(world: World) -> None:
    demoted = world.person(org_role="member").user.id
    reading = [
        world.person(org_role="owner").http,
        world.person(org_role="admin").http,
        world.person(org_role="viewer", is_admin=True).http,
        world.person(is_admin=True).http,
        world.http(world.key("admin")),
        world.http(world.key("admin", maker=demoted)),
    ]
    refused = [
        world.person("admin", "member").http,
        world.person(org_role="viewer").http,
        world.person().http,
        world.http(world.key("read_render")),
        world.http(world.key("all")),
        world.http(world.key("admin", pinned_role="member")),
        world.http(world.key("admin", teams=(world.team.id,))),
    ]
    assert [get(world, http).status_code for http in reading] == [200] * len(reading)
    assert [get(world, http).status_code for http in refused] == [403] * len(refused)
    assert get(world, world.http(None)).status_code == 401
    elsewhere = World(world.server, world.store)
    for http in (elsewhere.person(org_role="owner").http, elsewhere.http(elsewhere.key("admin"))):
        assert get(world, http, limit=0).status_code == 403
        assert http.get(f"/v1/orgs/{uuid4()}/audit-logs").status_code == 403
    elsewhere.close()


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "-1"},
        {"limit": "x"},
        {"limit": "\u0663"},
        {"cursor": "x"},
        {"cursor": "\u0663"},
        {"cursor": "YmVmb3JlOjA"},
        {"cursor": "YmVmb3JlOjk5OTk5OTk5OTk5OTk5OTk5OTk5"},
        {"prompt_id": "x"},
        {"team_id": "x"},
        {"label": "x" * 61},
        {"label": "\0"},
        {"offset": "50"},
    ],
    ids=str,
)
def test_a_bad_query_is_refused(world: World, owner: Person, query: dict[str, str]) -> None:
    answer = get(world, owner.http, **query)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert next(iter(query)).replace("_", " ") in answer.json()["error"]


def test_a_team_is_its_prompts_and_what_says_that_it_is_about_it(world: World, owner: Person) -> None:
    other = world.new_team(world.org.id)
    moves = world.person("admin", "admin")
    world.join_team(moves.user.id, "admin", other.id)
    stays, goes = (world.prompt(moves.http, "text", name=name) for name in ("stays", "goes"))
    theirs = world.prompt(moves.http, "text", team_id=other.id)
    member = world.person(org_role="member").user
    path = f"/v1/teams/{other.id}/members"
    assert owner.http.post(path, json={"user_id": member.id, "role": "viewer"}).status_code == 204
    assert protect(world, owner.http, "prod", "admin").status_code in {200, 201}
    assert moves.http.post(f"/v1/prompts/{goes}/move", json={"team_id": other.id}).status_code == 200
    every = logs(world, owner.http)

    def of_team(team_id: str, prompts: set[str]) -> list[dict[str, Any]]:
        return [one for one in every if one["prompt_id"] in prompts or team_id in json.dumps(one["metadata"])]

    theirs_now = logs(world, owner.http, team_id=other.id, limit=3)
    assert theirs_now == of_team(other.id, {theirs, goes})
    assert "team_member" in {one["entity_type"] for one in theirs_now}
    ours = logs(world, owner.http, team_id=world.team.id)
    assert ours == of_team(world.team.id, {stays})
    assert {"protected_label", "prompt"} <= {one["entity_type"] for one in ours}
    assert logs(world, owner.http, team_id=other.id, prompt_id=stays) == []
    assert get(world, owner.http, team_id=str(uuid4())).json()["logs"] == []


def test_a_filter_that_nothing_fits(world: World, owner: Person) -> None:
    assert get(world, owner.http, prompt_id=str(uuid4())).json() == {"logs": [], "next_cursor": None}
    assert get(world, owner.http, label="none", limit=1).json() == {"logs": [], "next_cursor": None}


def test_the_id_of_an_organization_must_be_one(owner: Person) -> None:
    answer = owner.http.get("/v1/orgs/x/audit-logs")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid id")
