"""The registry that an application reads, and what may stand between the two."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import pytest

from promptwire import Promptwire
from promptwire.client.settings import Given
from support.connect import Connect
from support.faults import Misbehaving, Proxy, closed_port
from support.registry import Registry
from support.server import ServerProcess
from support.world import World


@pytest.fixture(scope="session")
def engine() -> str:
    """The SDK sees no database: one is enough."""
    return "sqlite"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of a machine on which nothing is set, with a cache of the test's own."""
    for name in [name for name in os.environ if name.startswith("PROMPTWIRE_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PROMPTWIRE_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    """A server that is not Promptwire."""
    server = Misbehaving()
    yield server
    server.stop()


@pytest.fixture
def proxy(server: ServerProcess) -> Iterator[Proxy]:
    """The way to the real server, which can be disturbed."""
    proxy = Proxy(server.url)
    yield proxy
    proxy.stop()


@pytest.fixture
def nowhere() -> str:
    """The address of a port on which nothing listens."""
    return f"http://127.0.0.1:{closed_port()}"


@pytest.fixture
def registry(world: World) -> Registry:
    """Prompts in a team of the test's own, and a key that may read them."""
    return Registry(world)


@pytest.fixture
def connect(proxy: Proxy, registry: Registry) -> Iterator[Connect]:
    """Makes clients behind the proxy, and closes them at the end."""
    made: list[Promptwire] = []

    def connect(**given: Unpack[Given]) -> Promptwire:
        settings: Given = {"url": proxy.url, "api_key": registry.key, **given}
        made.append(Promptwire(**settings))
        return made[-1]

    yield connect
    for pw in made:
        pw.close()


@pytest.fixture
def pw(proxy: Proxy, registry: Registry) -> Iterator[Promptwire]:
    """A client behind the proxy that looks for changes 20 times a second, and keeps nothing on disk."""
    with Promptwire(url=proxy.url, api_key=registry.key, refresh=0.05, mode="poll", cache_dir=False) as pw:
        yield pw
