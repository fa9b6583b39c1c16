"""A server killed in the middle of writes: what it acknowledged is there, and nothing is half done."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import new_database
from promptwire.domain.versions import Version
from promptwire.storage.store import SqlStore
from support.forks import ForkedServer, Forks, forks
from support.server import API_KEY, PRESETS
from support.story import check_store
from support.waiting import eventually

WRITERS = 4
DELAYS = (0.0, 0.01, 0.03, 0.1, 0.2, 0.3)
"""Seconds from the first sight of the file: within the migration, the hashing of the password, the first rows."""


class Writer(threading.Thread):
    """Works on a prompt of its own through the API until the server is gone."""

    def __init__(self, server: ForkedServer, team_id: str, name: str) -> None:
        super().__init__(name=name)
        self.http = server.client(API_KEY)
        self.team_id = team_id
        self.acknowledged: list[str] = []
        """The ids of requests that were answered."""
        self.texts: dict[int, str] = {}
        self.labelled = 0
        self.live = 0
        self.unexpected: list[httpx.Response] = []

    def run(self) -> None:
        try:
            prompt = self._call(f"/v1/teams/{self.team_id}/prompts", {"name": self.name})["prompt"]
            path = f"/v1/prompts/{prompt['id']}/versions"
            while True:
                self._extend(path)
        except httpx.TransportError:
            pass  # the server is gone
        finally:
            self.http.close()

    def _extend(self, path: str) -> None:
        text = f"{self.name} {time.time_ns()}"
        number: int = self._call(path, {"template": text})["version"]["version"]
        self.texts[number] = text
        self._call(f"{path}/{number}/promote", {"to": "live"})
        self.live = number
        self._call(f"{path}/{number}/tags", {"tag": "prod"})
        self.labelled = number

    def _call(self, path: str, body: dict[str, str]) -> Any:
        answer = self.http.post(path, json=body)
        if answer.is_error:
            self.unexpected.append(answer)
            raise httpx.TransportError(answer.text)
        self.acknowledged.append(answer.headers["x-request-id"])
        return answer.json()


class Crashes:
    """One store, and servers that are killed on it one after the other."""

    def __init__(self, servers: Forks, database: str, seed: int) -> None:
        self.servers = servers
        self.database = database
        self.random = random.Random(seed)  # noqa: S311 - when to kill is no secret
        self.acknowledged = 0

    def round(self) -> None:
        """Write at once, kill, and look at the store as it was left."""
        server = self.servers.start(self.database).wait_ready()
        with server.client(API_KEY) as client:
            team_id = client.get("/v1/prompts/greeting").json()["prompt"]["team_id"]
        writers = [Writer(server, team_id, f"w {time.time_ns()} {at}") for at in range(WRITERS)]
        for writer in writers:
            writer.start()
        enough = self.random.randrange(16)
        eventually(lambda: sum(len(writer.acknowledged) for writer in writers) >= enough, seconds=60)
        time.sleep(self.random.uniform(0, 0.01))
        server.kill()
        for writer in writers:
            writer.join(30)
            assert writer.unexpected == []
        self.acknowledged += sum(len(writer.acknowledged) for writer in writers)
        self.check(writers)

    def check(self, writers: list[Writer]) -> None:
        """Nothing that was acknowledged is missing, and all of it is one story."""
        store = SqlStore.open(self.database)
        try:
            entries = check_store(store)
            known = {entry.change.request_id for entry in entries}
            for writer in writers:
                assert known >= set(writer.acknowledged)
                self._check_writer(store, writer)
        finally:
            store.close()

    def _check_writer(self, store: SqlStore, writer: Writer) -> None:
        found = store.read_now(
            lambda tx: [p for p in tx.prompts.of_team(writer.team_id, None) if p.name == writer.name]
        )
        if not found:
            assert writer.acknowledged == []
            return
        versions = store.read_now(lambda tx: tx.versions.of_prompt(found[0].id, None, ()))
        texts = {version.number: version.content.template for version in versions}
        assert texts.items() >= writer.texts.items()
        assert sorted(texts) == list(range(1, len(texts) + 1)), "every number up to the last is there"
        assert len(texts) - len(writer.texts) in {0, 1}, "one write was on its way at most"
        assert _number(versions, lambda one: one.status.value == "live") in {writer.live, writer.live + 1}
        assert _number(versions, lambda one: "prod" in one.labels) in {writer.labelled, writer.labelled + 1}


def _number(versions: Sequence[Version], holds: Callable[[Version], bool]) -> int:
    found = [version.number for version in versions if holds(version)]
    assert len(found) <= 1
    return found[0] if found else 0


@pytest.fixture
def crashes(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crashes]:
    with forks(tmp_path, **PRESETS) as servers:
        yield Crashes(servers, new_database(engine, request, tmp_path), seed=len(engine))


def test_a_server_killed_while_others_write_loses_nothing_it_acknowledged(crashes: Crashes) -> None:
    for _ in range(20):
        crashes.round()
    assert crashes.acknowledged > 50


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_hundred_kills_lose_nothing_either(crashes: Crashes) -> None:
    for _ in range(500):
        crashes.round()


def test_a_server_killed_in_its_first_start_starts_the_next_time(tmp_path: Path) -> None:
    """All of the first start is there or nothing of it: the next one serves, with that key or by making it."""
    with forks(tmp_path, **PRESETS) as servers:
        for at, after in enumerate(DELAYS):
            file = tmp_path / f"{at}.db"
            killed = servers.start(f"sqlite:///{file}")
            eventually(file.exists, seconds=60)
            time.sleep(after)
            killed.kill()
            again = servers.start(f"sqlite:///{file}").wait_ready()
            with again.client(API_KEY) as client:
                assert client.get("/v1/prompts/greeting").status_code == 200
            again.kill()
            with contextlib.closing(SqlStore.open(file)) as store:
                check_store(store)
