"""A server that is told to stop does so within seconds, in order, and ends with status 0."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptwire.domain.credentials import token_hash
from promptwire.storage.store import SqlStore
from support.events import Listening
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, PRESETS, ServerProcess

LOGIN = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path / "data", **PRESETS)
    yield server.wait_ready()
    server.kill()


def test_sigterm_answers_what_runs_writes_down_what_is_known_and_ends_well(
    running: ServerProcess, tmp_path: Path
) -> None:
    answers: list[int] = []
    started = threading.Event()

    def sign_in() -> None:
        with running.client() as client:
            client.get("/v1/health")
            started.set()
            answers.append(client.post("/v1/auth/login", json=LOGIN).status_code)  # takes a tenth of a second

    with running.client(API_KEY) as idle:
        assert idle.get("/v1/prompts/greeting").status_code == 200
        thread = threading.Thread(target=sign_in)
        thread.start()
        started.wait(10)
        time.sleep(0.02)  # the request is on its way, or already served: it must be answered either way
        before = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - before < 5, "an idle connection does not hold it up"
        thread.join()
    assert answers == [200]
    assert "request failed" not in running.errors
    assert [one.name for one in (tmp_path / "data").iterdir()] == ["promptwire.db"], "the write-ahead log is put away"

    with contextlib.closing(SqlStore.open(tmp_path / "data" / "promptwire.db")) as store:
        key = store.read_now(lambda tx: tx.keys.by_hash(token_hash(API_KEY)))
    assert key
    assert key.last_used_at, "the last use of a key is written down before the end"


def test_control_c_ends_it_well_too(running: ServerProcess) -> None:
    running.process.send_signal(signal.SIGINT)
    assert running._end() == 0
    assert "Traceback" not in running.errors


def test_streams_are_told_and_do_not_hold_it_up(running: ServerProcess) -> None:
    with running.client(API_KEY) as client, Listening(client) as listening:
        assert listening.next().name == "hello"
        before = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - before < 5
        assert listening.next().data == {"reason": "shutdown"}
        assert listening.ended()
    assert "Exception" not in running.errors, running.errors
