"""Several server processes on one store: what one writes, the others say a moment later, and nothing is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from conftest import new_database
from promptwire.storage.store import SqlStore
from promptwire.wire.sync import Asked
from support.events import Listening
from support.follower import Follower, changed
from support.registry import Registry
from support.server import PRESETS, ServerProcess
from support.waiting import eventually
from support.world import World

SOON = 0.25
"""Seconds within which 99 of 100 changes are seen by every other server (issue 8)."""
ROUNDS = 30


@pytest.fixture(scope="module")
def servers(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[ServerProcess]]:
    data = tmp_path_factory.mktemp("servers")
    database = new_database(engine, request, data)
    running: list[ServerProcess] = []
    for _ in range(3):
        server = ServerProcess(data, "--database", database, **PRESETS)
        server.database = database
        running.append(server.wait_ready())
    yield running
    for server in running:
        assert server.stop() == 0, server.errors
        assert "request failed" not in server.errors, server.errors


@pytest.fixture
def registry(servers: list[ServerProcess]) -> Iterator[Registry]:
    """An author on the first server."""
    with (
        contextlib.closing(SqlStore.open(servers[0].database)) as store,
        contextlib.closing(World(servers[0], store)) as world,
    ):
        yield Registry(world)


def at(server: ServerProcess, key: str) -> httpx.Client:
    return server.client(key)


def version_at(http: httpx.Client, slug: str) -> int:
    version: int = http.get(f"/v1/prompts/{slug}/resolve").json()["version"]
    return version


def test_a_moved_label_is_seen_by_every_other_server_soon(servers: list[ServerProcess], registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    took: list[float] = []
    with at(servers[1], registry.key) as one, at(servers[2], registry.key) as other:
        for http in (one, other):
            assert version_at(http, prompt.slug) == 2
        for turn in range(ROUNDS):
            version = 1 + turn % 2
            prompt.promote(version)
            began = monotonic()
            for http in (one, other):
                while version_at(http, prompt.slug) != version:
                    assert monotonic() - began < 5
            took.append(monotonic() - began)
    assert max(took) < SOON, took


def test_streams_of_every_server_tell_of_a_change_on_one(servers: list[ServerProcess], registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(at(server, registry.key)) for server in servers]
        listening = [stack.enter_context(Listening(http)) for http in clients]
        for one in listening:
            assert one.next().name == "hello"
        prompt.promote(1)
        began = monotonic()
        for one in listening:
            assert one.next().slugs == {prompt.slug}
        assert monotonic() - began < SOON


def test_a_cursor_of_one_server_is_good_at_another_that_is_not_there_yet(
    servers: list[ServerProcess], registry: Registry
) -> None:
    prompt = registry.prompt("a", "b")
    with at(servers[0], registry.key) as one, at(servers[1], registry.key) as other:
        process = Follower(one, Asked(prompt.slug))
        process.sync()
        for turn in range(ROUNDS):
            prompt.promote(1 + turn % 2)
            process.http = one
            assert changed(process.sync()) == [Asked(prompt.slug)]
            process.http = other
            answer = process.sync()
            assert (answer.reset, changed(answer)) == (False, [])
            assert process.means == {Asked(prompt.slug): (1 + turn % 2, "ab"[turn % 2])}


def test_a_revoked_key_is_refused_by_every_other_server_soon(servers: list[ServerProcess], registry: Registry) -> None:
    prompt = registry.prompt("a")
    with at(servers[1], registry.key) as http, at(servers[2], registry.key) as other, Listening(other) as listening:
        assert listening.next().name == "hello"
        assert version_at(http, prompt.slug) == 1
        registry.revoke_key()
        began = monotonic()
        while http.get(f"/v1/prompts/{prompt.slug}/resolve").status_code != 401:
            assert monotonic() - began < 5
        assert monotonic() - began < SOON
        while (event := listening.next()).name == "changed":
            pass  # what was done before, which that server may have heard of after the stream began
        assert event.data == {"reason": "unauthorized"}
        assert listening.ended()


def test_a_store_of_another_epoch_makes_every_process_start_over(
    servers: list[ServerProcess], registry: Registry
) -> None:
    """What a restore does: the store is another one, though its log may go on as before."""
    prompt = registry.prompt("a")
    with at(servers[1], registry.key) as http, Listening(http) as listening, at(servers[1], registry.key) as other:
        process = Follower(other, Asked(prompt.slug))
        process.sync()
        assert listening.next().name == "hello"
        with registry.world.store.engines.writer.begin() as connection:
            connection.execute(text("UPDATE store_meta SET epoch = :epoch"), {"epoch": str(uuid4())})
        while (told := listening.next().name) == "changed":
            pass  # of what was written a moment ago at another server
        assert told == "reset"
        assert process.sync().reset
        assert not process.sync().reset
        eventually(lambda: version_at(other, prompt.slug) == 1)


def test_a_server_that_starts_again_knows_where_its_processes_stand(
    servers: list[ServerProcess], registry: Registry, tmp_path: Path
) -> None:
    prompt, other = registry.prompt("a", "b"), registry.prompt("x")
    asked = [Asked(prompt.slug), Asked(other.slug)]
    with at(servers[0], registry.key) as http:
        process = Follower(http, *asked)
        process.sync()
    prompt.promote(1)
    newcomer = ServerProcess(tmp_path, "--database", servers[0].database, **PRESETS).wait_ready()
    with newcomer.client(registry.key) as http:
        process.http = http
        answer = process.sync()
        assert (answer.reset, changed(answer)) == (False, [Asked(prompt.slug)])
    assert newcomer.stop() == 0
