"""A database that goes away and comes back: reads go on, writes wait, and afterwards every server tells the truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from scripts.postgres import Cluster, cluster

from support.server import API_KEY, PRESETS, ServerProcess
from support.waiting import eventually

HEALED_WITHIN = 2.0
"""Seconds (issue 8) from when the database takes connections again."""
RESOLVE = "/v1/prompts/greeting/resolve"


@pytest.fixture
def postgres() -> Iterator[Cluster]:
    with cluster() as one:
        one.start()
        yield one


@pytest.fixture
def servers(postgres: Cluster, tmp_path: Path) -> Iterator[list[ServerProcess]]:
    running = [ServerProcess(tmp_path, "--database", postgres.url, **PRESETS).wait_ready(60) for _ in range(2)]
    yield running
    for server in running:
        assert server.stop() == 0
        assert "request failed" not in server.errors, server.errors


def version_at(http: httpx.Client) -> Any:
    answer = http.get(RESOLVE)
    assert answer.status_code == 200, answer.text
    return answer.json()["version"]


def test_a_restarted_database_is_felt_by_writers_only_and_heals_by_itself(
    postgres: Cluster, servers: list[ServerProcess]
) -> None:
    with servers[0].client(API_KEY) as one, servers[1].client(API_KEY) as other:
        prompt = one.get("/v1/prompts/greeting").json()["prompt"]
        path = f"/v1/prompts/{prompt['id']}/versions"
        assert (version_at(one), version_at(other)) == (1, 1)
        postgres.stop()
        for http in (one, other):
            refused = http.post(path, json={"template": "lost"})
            assert (refused.status_code, refused.headers.get("retry-after")) == (503, "1")
            assert version_at(http) == 1
        on_labels = one.get(f"/api/v1/prompts/{prompt['id']}/labels")
        assert (on_labels.status_code, on_labels.headers.get("retry-after")) == (500, "1"), "as its contract says"
        eventually(lambda: "promptwire-stale" in other.get(RESOLVE).headers, 20)
        postgres.start()
        began = monotonic()
        assert one.post(path, json={"template": "kept"}).json()["version"]["version"] == 2
        assert one.post(f"{path}/2/promote", json={"to": "live"}).status_code == 200
        assert version_at(one) == 2, "in its own process at once"
        eventually(lambda: version_at(other) == 2, 10)
        healed = monotonic() - began
        eventually(lambda: "promptwire-stale" not in other.get(RESOLVE).headers, 10)
    assert healed < HEALED_WITHIN
