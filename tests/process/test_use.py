"""What is counted outlives servers: stopped, killed, several at once, with a database that goes away."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import new_database
from promptwire.domain.keeping import Keeping
from promptwire.domain.use import Batch, Counts, UseKey
from promptwire.server.use_writer import EVERY
from promptwire.services import reports
from promptwire.storage.store import SqlStore
from support.forgetting import forget_all
from support.server import API_KEY, PRESETS, ServerProcess
from support.use import Reporting, becomes, counted, serves, use_of, uses
from support.waiting import eventually

RENDER = {"variables": {"name": "Ada"}}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, directory: Path) -> str:
    directory.mkdir()
    return new_database(engine, request, directory)


@contextlib.contextmanager
def serving(directory: Path, database_url: str, *options: str) -> Iterator[ServerProcess]:
    server = ServerProcess(directory, "--database", database_url, *options, **PRESETS)
    try:
        yield server.wait_ready()
    finally:
        if server.process.poll() is None:
            server.kill()


def prompt_of(server: ServerProcess) -> str:
    with server.client(API_KEY) as http:
        prompt_id: str = http.get("/v1/prompts/greeting").json()["prompt"]["id"]
    return prompt_id


def render(server: ServerProcess, times: int) -> None:
    with server.client(API_KEY) as http:
        for _ in range(times):
            assert http.post("/v1/prompts/greeting/render", json=RENDER).status_code == 200


def test_a_server_that_is_told_to_stop_loses_nothing(directory: Path, database_url: str) -> None:
    with serving(directory, database_url) as server:
        prompt = prompt_of(server)
        with server.client(API_KEY) as http:
            process = Reporting(http)
            render(server, 30)
            process.report(serves=[serves(prompt, 1)], uses=[uses(prompt, 1, renders=7)])
            render(server, 3)
        assert server.stop() == 0, server.errors
    with serving(directory, database_url) as server, server.client(API_KEY) as http:
        assert counted(http, prompt) == {(1, "live", "api"): (33, 0, 0), (1, "live", "server"): (7, 0, 0)}
        assert http.get(f"/v1/prompts/{prompt}/processes").json()["total"] == 1
        process.http = http
        process.report(number=1, uses=[uses(prompt, 1, renders=7)])
        process.report(uses=[uses(prompt, 1, renders=1)])
        becomes(http, prompt, {(1, "live", "api"): (33, 0, 0), (1, "live", "server"): (8, 0, 0)})


def test_a_server_that_is_killed_loses_what_came_last_and_nothing_else(directory: Path, database_url: str) -> None:
    with serving(directory, database_url) as server:
        prompt = prompt_of(server)
        render(server, 20)
        with server.client(API_KEY) as http:
            becomes(http, prompt, {(1, "live", "api"): (20, 0, 0)})
        render(server, 5)
        server.kill()
    with serving(directory, database_url) as server, server.client(API_KEY) as http:
        found = counted(http, prompt)[1, "live", "api"]
        assert 20 <= found[0] <= 25
        render(server, 1)
        eventually(lambda: counted(http, prompt)[1, "live", "api"][0] == found[0] + 1)
    assert EVERY <= 1.0, "the documents say a second"


def test_reports_that_come_to_any_of_several_servers_count_once(directory: Path, database_url: str) -> None:
    with (
        serving(directory, database_url) as one,
        serving(directory, database_url) as other,
        one.client(API_KEY) as here,
        other.client(API_KEY) as there,
    ):
        prompt = prompt_of(one)
        processes = [Reporting(here) for _ in range(10)]

        def report(http_first: bool) -> None:
            for number in range(1, 31):
                for process in processes:
                    mine, theirs = (here, there) if http_first == (number % 2 == 0) else (there, here)
                    mine_too = theirs if number % 3 == 0 else mine
                    body = {"process": process.process, "number": number, "uses": [uses(prompt, 1, renders=1)]}
                    assert mine_too.post("/v1/use", json=body).status_code == 200

        threads = [threading.Thread(target=report, args=(first,)) for first in (True, False)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        becomes(here, prompt, {(1, "live", "server"): (300, 0, 0)})
        for server in (one, other):
            assert "could not write down" not in server.errors


def test_several_workers_count_together(directory: Path, database_url: str) -> None:
    with serving(directory, database_url, "--workers", "2") as server:
        prompt = prompt_of(server)
        for _ in range(10):
            render(server, 5)  # each time by a new connection, which either takes
        with server.client(API_KEY) as http:
            becomes(http, prompt, {(1, "live", "api"): (50, 0, 0)})
        assert server.stop() == 0, server.errors


def test_old_hours_are_forgotten_and_the_last_use_is_not(directory: Path, database_url: str) -> None:
    with serving(directory, database_url) as server:
        prompt = prompt_of(server)
        assert server.stop() == 0
    with contextlib.closing(SqlStore.open(database_url)) as store:
        now = datetime.now(UTC)
        for days in range(0, 400, 4):
            key = UseKey(prompt, 1, "live", "api")
            batch = Batch(at=now - timedelta(days=days), counts={key: Counts(renders=1)})
            store.write_now(lambda tx, batch=batch: reports.write(tx, batch))  # type: ignore[misc]
        while store.write_now(lambda tx: forget_all(tx, now, Keeping(use=timedelta(days=30)))):
            pass
    with serving(directory, database_url) as server, server.client(API_KEY) as http:
        early = (now - timedelta(days=399)).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = use_of(http, prompt, f"?from={early}")
        assert found["total"]["renders"] == 8
        assert found["versions"][0]["first_used_at"] < found["versions"][0]["last_used_at"]
        first = datetime.fromisoformat(found["versions"][0]["first_used_at"])
        assert timedelta(days=395) < now - first < timedelta(days=397)
