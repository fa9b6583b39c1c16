"""A disk that is full: writes are refused, reads go on, and when there is room again so do writes."""

from __future__ import annotations

import contextlib
import resource
import sys
from pathlib import Path

import pytest

from promptwire.storage.store import SqlStore
from support.server import API_KEY, PRESETS, ServerProcess
from support.story import check_store

ROOM = 200_000
"""Bytes that a file may still grow by."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prlimit, which fills the disk here, is Linux's")
def test_a_full_disk_refuses_writes_and_loses_nothing(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", **PRESETS).wait_ready()
    try:
        with server.client(API_KEY) as http:
            prompt = http.get("/v1/prompts/greeting").json()["prompt"]
            path = f"/v1/prompts/{prompt['id']}/versions"
            largest = max(one.stat().st_size for one in server.data.iterdir())
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (largest + ROOM, resource.RLIM_INFINITY))
            kept = 1
            while (answer := http.post(path, json={"template": f"{kept} {'x' * 50_000}"})).status_code == 201:
                kept += 1
                assert kept < 100, "the disk is never full"
            assert (answer.status_code, answer.headers.get("retry-after")) == (503, "1"), answer.text
            assert http.get("/v1/prompts/greeting/resolve").status_code == 200
            assert http.get(path).status_code == 200, "what is not in memory can be read too"
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            assert http.post(path, json={"template": "room again"}).json()["version"]["version"] == kept + 1
    finally:
        status = server.stop()
    assert status == 0
    assert "request failed" not in server.errors, server.errors
    with contextlib.closing(SqlStore.open(server.data / "promptwire.db")) as store:
        check_store(store)
