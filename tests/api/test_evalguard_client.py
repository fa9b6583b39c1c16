"""EvalGuard's own Python client against the real server: each answer is the data or the typed error it expects."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from conftest import new_database
from promptwire.storage.store import SqlStore
from support.apart import evalguard_client
from support.failing import held_up
from support.prompts import Versions, protect
from support.server import PRESETS, ServerProcess
from support.world import World

LIMIT = 8
"""Requests in a minute: one more every 7.5 seconds."""


@pytest.fixture(scope="module")
def limited(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server with a low limit for each key, whose database gives up soon."""
    data = tmp_path_factory.mktemp("limited")
    database = new_database(engine, request, data)
    impatient = f"{database}{'&' if '?' in database else '?'}options=-c%20lock_timeout%3D200"
    server = ServerProcess(
        data,
        "--database",
        database if engine == "sqlite" else impatient,
        **PRESETS | {"PROMPTWIRE_KEY_LIMIT": str(LIMIT)},
    )
    server.database = database
    yield server.wait_ready()
    assert server.stop() == 0


@pytest.fixture
def world(limited: ServerProcess) -> Iterator[World]:
    with contextlib.closing(SqlStore.open(limited.database)) as store:
        world = World(limited, store)
        yield world
        world.close()


@contextlib.contextmanager
def failing(server: ServerProcess) -> Iterator[None]:
    """Let every write to the store fail: its disk is full, or somebody else holds what it needs."""
    if not (server.database.startswith("sqlite") and hasattr(resource, "prlimit")):
        with held_up(server.database):
            yield
        return
    before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)


def test_the_client_gets_each_of_the_nine_answers(world: World) -> None:
    admin = world.person("admin", "admin")
    versions = Versions(world, admin.http)
    protect(world, admin.http, "production", "admin")
    key = world.key()
    low = world.key(maker=world.person("editor", "member").user.id)
    stranger = world.key(maker=world.person().user.id)
    loose = world.new_team(world.org.id)
    owner = world.person(org_role="owner")
    no_org = Versions(world, world.http(key), team_id=loose.id).ids[1]
    detached = owner.http.put(f"/v1/teams/{loose.id}", json={"name": loose.name, "org_id": None})
    assert detached.status_code == 200

    def labels(token: str, version: str, **body: Any) -> tuple[str, str, str, dict[str, Any]]:
        return (token, "POST", f"/v1/prompts/{version}/labels", body)

    known = versions.ids[1]
    data, empty, *errors = evalguard_client(
        world.server.url,
        [
            labels(key, known, add=["production", "qa"]),
            labels(key, known, remove=["production", "qa"]),
            labels(key, known, add=[""]),
            labels("ak_" + "0" * 64, known),
            labels(low, known, add=["production"]),
            labels(stranger, known, add=["x"]),
            labels(world.key("read_render"), known, add=["x"]),
            labels(key, str(uuid4()), add=["x"]),
            labels(admin.token, no_org, add=["x"]),
        ],
    )
    assert data["labels"] == data["added"] == ["production", "qa"]
    assert (empty["labels"], empty["removed"]) == ([], ["production", "qa"])
    assert [tuple(error[:3]) for error in errors] == [
        (400, "VALIDATION_ERROR", True),
        (401, "INVALID_API_KEY", True),
        (403, "PROTECTED_LABEL", True),
        (403, "NOT_A_MEMBER", True),
        (403, "FORBIDDEN", True),
        (404, "NOT_FOUND", True),
        (409, "MISSING_ORG", True),
    ]
    assert all(code in message for _, code, _, message, _ in errors)
    assert versions.labels(admin.http) == {}


def test_a_key_that_asks_too_often_is_told_when_to_come_back(world: World) -> None:
    admin = world.person("admin", "admin")
    versions = Versions(world, admin.http)
    key = world.key()
    http = world.http(key)
    while versions.call(http, 1).status_code == 200:
        pass
    limited = versions.call(http, 1, add=["x"])
    assert (limited.status_code, limited.json()["error"]["code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(limited.headers["retry-after"]) <= 8
    call = (key, "POST", f"/v1/prompts/{versions.ids[1]}/labels", {"add": ["x"]})
    [(status, code, has_id, words, waits)] = evalguard_client(world.server.url, [call])
    assert (status, code, has_id, len(waits)) == (429, "RATE_LIMITED", True, 3)
    assert all(1 <= wait <= 8 for wait in waits)
    assert "RATE_LIMITED: too many requests: try again in" in words
    assert versions.call(world.http(world.key()), 1).status_code == 200
    assert http.get(f"{versions.path}/tags").status_code == 200  # `/v1` counts for itself


def test_whoever_is_nobody_is_told_so_however_often_they_ask(world: World) -> None:
    http = world.http("ak_" + uuid4().hex * 2)
    path = f"/api/v1/prompts/{uuid4()}/labels"
    assert {http.post(path, json={}).status_code for _ in range(LIMIT + 5)} == {401}


def test_a_store_that_fails_is_tried_again_and_changes_nothing(world: World) -> None:
    admin = world.person("admin", "admin")
    versions = Versions(world, admin.http)
    with failing(world.server):
        [error] = evalguard_client(
            world.server.url, [(admin.token, "POST", f"/v1/prompts/{versions.ids[1]}/labels", {"add": ["x"]})]
        )
    assert (*error[:3], error[4]) == (500, "DB_ERROR", True, [1, 2, 4])
    assert versions.labels(admin.http) == {}
    assert versions.call(admin.http, 1, add=["x"]).status_code == 200


def test_the_client_writes_lists_and_labels_prompts(world: World) -> None:
    key = world.key()
    written, listed = evalguard_client(
        world.server.url,
        [
            (
                key,
                "POST",
                "/v1/prompts",
                {"projectId": world.team.id, "name": "greeting", "content": "Hi {{.name}}", "model": "m", "tags": []},
            ),
            (key, "GET", f"/v1/prompts?projectId={world.team.id}", None),
        ],
    )
    assert (written["version"], written["variables"]) == (1, ["name"])
    assert listed == [written]
