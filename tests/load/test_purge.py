"""A purged text is in no process, no cache and no file any more: real servers, and an application with the real SDK."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from conftest import new_database
from promptwire.storage.columns import metadata
from promptwire.storage.store import SqlStore
from support.registry import Authored, Registry
from support.server import PRESETS, ServerProcess, clean_environment
from support.waiting import eventually
from support.world import World

SECRET = "SECRET-3f7c1d"
APPLICATION = """
import sys
from promptwire import Promptwire, PromptwireError
with Promptwire(refresh=0.05, grace=3600) as pw:
    for name in sys.stdin:
        slug, _, label = name.strip().partition(" ")
        try:
            print(pw.get(slug, label=label or None).text, flush=True)
        except PromptwireError as error:
            print(type(error).__name__, error.code, flush=True)
"""


class Application:
    """A process that uses prompts, with a cache on disk."""

    def __init__(self, url: str, key: str, cache: Path) -> None:
        settings = {"PROMPTWIRE_URL": url, "PROMPTWIRE_API_KEY": key, "PROMPTWIRE_CACHE_DIR": str(cache)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", APPLICATION],
            env=clean_environment(**settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def get(self, name: str) -> str:
        """Give what the application gets, or the error."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End it; once more does nothing."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.communicate()


def application(registry: Registry, cache: Path) -> Application:
    """Start one."""
    return Application(registry.world.server.url, registry.key, cache)


def holding(directory: Path) -> list[str]:
    """List the files in a directory that hold the secret."""
    return [
        path.name for path in sorted(directory.rglob("*")) if path.is_file() and SECRET.encode() in path.read_bytes()
    ]


def rows_holding(store: SqlStore) -> list[str]:
    """List the tables with a row that holds the secret."""
    with store.engines.reader.connect() as connection:
        return [
            table.name for table in metadata.sorted_tables if SECRET in str(connection.execute(select(table)).all())
        ]


@pytest.fixture(scope="module")
def servers(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[ServerProcess]]:
    """Two servers of one store."""
    data = tmp_path_factory.mktemp("data")
    database = new_database(engine, request, data)
    started: list[ServerProcess] = []
    for _ in "12":
        server = ServerProcess(data, "--database", database, **PRESETS).wait_ready()
        server.database = database
        started.append(server)
    yield started
    for server in started:
        server.kill()


@pytest.fixture
def registry(servers: list[ServerProcess]) -> Iterator[Registry]:
    with closing(SqlStore.open(servers[0].database)) as store, closing(World(servers[0], store)) as world:
        yield Registry(world)


@pytest.fixture
def authored(registry: Registry) -> Authored:
    """A prompt whose second version should not have been: labelled, edited before, and among others."""
    prompt = registry.prompt("one")
    for number in range(2, 9):
        prompt.add(f"{SECRET} {'x' * 3000} {SECRET}" if number == 2 else f"{number} {'y' * 611 * number}")
        prompt.edit(2, f"{SECRET} {number} {'z' * 400 * number} {SECRET}")
    prompt.label("prod", 2)
    return prompt


def test_every_process_forgets_it_within_a_second_or_when_it_is_back(
    servers: list[ServerProcess], registry: Registry, authored: Authored, tmp_path: Path
) -> None:
    there, away = tmp_path / "there", tmp_path / "away"
    name = f"{authored.slug} prod"
    second = f"/v1/prompts/{authored.slug}/resolve?version=2"
    with servers[1].client(registry.key) as other, closing(application(registry, away)) as early:
        assert SECRET in other.get(second).text
        assert SECRET in early.get(name)
        eventually(lambda: bool(holding(away)))
        early.close()
        with closing(application(registry, there)) as late:
            assert SECRET in late.get(name)
            eventually(lambda: bool(holding(there)))
            authored.purge(2)
            eventually(lambda: other.get(second).status_code == 410, seconds=1)
            eventually(lambda: SECRET not in late.get(name), seconds=2)
            assert late.get(name).startswith("NotFoundError ")
            eventually(lambda: not holding(there))
    assert holding(away)
    with closing(application(registry, away)) as back:
        back.get(name)
        eventually(lambda: SECRET not in back.get(name), seconds=2)
        eventually(lambda: not holding(away))


def test_it_is_in_no_row_and_in_no_file_of_sqlite_any_more(
    servers: list[ServerProcess], registry: Registry, authored: Authored
) -> None:
    assert rows_holding(registry.world.store) == ["versions"]
    authored.purge(2)
    assert rows_holding(registry.world.store) == []
    assert holding(servers[0].data) == []
