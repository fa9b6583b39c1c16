"""`serve --workers`: several processes behind one port, one of which may die at any time."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from conftest import new_database
from support.commands import refused
from support.server import API_KEY, PRESETS, ServerProcess, http_client
from support.waiting import eventually

WORKERS = 3
RESOLVE = "/v1/prompts/greeting/resolve"


@pytest.fixture
def served(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    database = new_database(engine, request, tmp_path)
    server = ServerProcess(tmp_path / "data", "--workers", f"{WORKERS}", "--database", database, **PRESETS)
    yield server.wait_ready(60)
    server.kill()


def workers_of(server: ServerProcess) -> set[int]:
    """Give the ids of the processes that a server has started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", f"{server.process.pid}"], capture_output=True, text=True, check=False
    )
    return {int(word) for word in listed.stdout.split()}


def is_alive(process: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", f"{process}"], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in {"", "Z"}


def tries_until(server: ServerProcess, holds: Callable[[httpx.Response], bool]) -> None:
    """Ask again, on a connection of its own each time, until an answer is as it should be."""

    def ask() -> bool:
        try:
            with server.client(API_KEY) as http:
                return holds(http.get(RESOLVE))
        except httpx.TransportError:
            return False

    eventually(ask, 20)


def test_all_serve_one_store_and_a_write_of_one_is_seen_by_all(served: ServerProcess) -> None:
    assert len(workers_of(served)) == WORKERS
    clients = [served.client(API_KEY) for _ in range(12)]  # each keeps its connection, and so its worker
    try:
        for http in clients:
            assert http.get(RESOLVE).json()["version"] == 1
        prompt = clients[0].get("/v1/prompts/greeting").json()["prompt"]
        path = f"/v1/prompts/{prompt['id']}/versions"
        assert clients[0].post(path, json={"template": "new"}).status_code == 201
        assert clients[0].post(f"{path}/2/promote", json={"to": "live"}).status_code == 200
        for http in clients:
            eventually(lambda http=http: http.get(RESOLVE).json()["version"] == 2, 5)  # type: ignore[misc]
    finally:
        for http in clients:
            http.close()
    assert served.stop() == 0
    assert "request failed" not in served.errors, served.errors


def test_one_that_dies_is_replaced_while_the_others_serve(served: ServerProcess) -> None:
    before = workers_of(served)
    died = min(before)
    os.kill(died, signal.SIGKILL)
    eventually(lambda: len(workers_of(served) - {died}) == WORKERS, 20)
    for _ in range(2 * WORKERS):
        tries_until(served, lambda answer: answer.status_code == 200)
    assert len(workers_of(served) - before) == 1
    assert "a worker has died" in served.errors
    assert served.stop() == 0


def test_being_told_to_stop_ends_all_in_order(served: ServerProcess) -> None:
    workers = workers_of(served)
    with served.client(API_KEY) as http:
        assert http.get(RESOLVE).status_code == 200
        assert served.stop() == 0
    assert [one for one in workers if is_alive(one)] == []
    assert "Traceback" not in served.errors
    assert "killed" not in served.errors


def test_when_the_process_that_watches_is_killed_the_others_end_too(served: ServerProcess) -> None:
    workers, url = workers_of(served), served.url
    os.kill(served.process.pid, signal.SIGKILL)
    eventually(lambda: not any(is_alive(one) for one in workers), 30)
    with http_client(url, API_KEY) as http, pytest.raises(httpx.TransportError):
        http.get(RESOLVE)


def test_workers_that_cannot_start_end_the_server(tmp_path: Path) -> None:
    assert "PROMPTWIRE_WORKERS" in refused("serve", "--workers", "0", cwd=tmp_path)
    (tmp_path / "promptwire.db").write_text("no database " * 1000)
    line = refused("serve", "--workers", "2", "--data", str(tmp_path), "--port", "0", cwd=tmp_path)
    assert "file is not a database" in line
