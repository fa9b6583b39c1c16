"""The log of an organization as JSON lines: all of it, in order, for whoever may read it, however long it is."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from support.change_log import documented_hash
from support.prompts import Versions
from support.world import Person, World


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("admin", "owner")


def export(world: World, http: httpx.Client, **query: str | int) -> list[dict[str, Any]]:
    answer = http.get(f"/v1/orgs/{world.org.id}/audit-logs/export", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson"), answer.text
    assert answer.text == "" or answer.text.endswith("\n")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_every_entry_is_a_line_oldest_first(world: World, owner: Person) -> None:
    Versions(world, owner.http)
    logs = export(world, owner.http)
    listed = owner.http.get(f"/v1/orgs/{world.org.id}/audit-logs", params={"limit": 200}).json()["logs"]
    assert [{**log, "actor_name": owner.user.email} for log in logs] == listed[::-1]
    entry_hash = documented_hash()
    assert [entry_hash(log) for log in logs] == [log["id"] for log in logs]


def test_a_long_log_comes_page_by_page_and_is_whole(world: World, owner: Person) -> None:
    versions = Versions(world, owner.http)
    for at in range(30):
        versions.call(owner.http, 1, add=[f"l{at}-{number}" for number in range(20)])
    logs = export(world, owner.http)
    assert len(logs) > 600, "more than a page"
    assert [log["revision"] for log in logs] == list(range(1, len(logs) + 1))
    assert export(world, owner.http, after=550) == logs[550:]


def test_an_export_of_a_prompt_or_label(world: World, owner: Person) -> None:
    versions = Versions(world, owner.http)
    versions.call(owner.http, 1, add=["prod"])
    Versions(world, owner.http).call(owner.http, 1, add=["prod"])
    logs = export(world, owner.http)
    prompt_id = versions.prompt_id
    assert export(world, owner.http, prompt_id=prompt_id) == [one for one in logs if one["prompt_id"] == prompt_id]
    assert export(world, owner.http, label="prod") == [one for one in logs if one["label"] == "prod"]
    assert export(world, owner.http, label="none") == []
    assert export(world, owner.http, team_id=world.team.id) == [one for one in logs if one["prompt_id"]]


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": "-1"}, {"after": "9" * 19}, {"prompt_id": "x"}], ids=str)
def test_a_bad_query_is_refused(world: World, owner: Person, query: dict[str, str]) -> None:
    answer = owner.http.get(f"/v1/orgs/{world.org.id}/audit-logs/export", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert next(iter(query)).replace("_", " ") in answer.json()["error"]


def test_who_may_not_read_it_gets_no_line(world: World) -> None:
    path = f"/v1/orgs/{world.org.id}/audit-logs/export"
    assert world.person("admin", "member").http.get(path, params={"after": "x"}).status_code == 403
    assert world.http(None).get(path).status_code == 401
