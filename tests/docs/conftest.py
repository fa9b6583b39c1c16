"""One server for all pages that can share it; each has an organization of its own there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.reader import Reader
from support.server import PRESETS, ServerProcess
from support.world import World


@pytest.fixture(scope="session")
def engine() -> str:
    """The documentation sees no database: one is enough."""
    return "sqlite"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose machine a reader sits at, if need be."""
    server = ServerProcess(tmp_path_factory.mktemp("machine") / "data", **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0, server.errors
    assert "request failed" not in server.errors, server.errors


@pytest.fixture
def reader(world: World, tmp_path: Path) -> Reader:
    """Give an administrator of a team and an organization, at the server's machine."""
    admin = world.person("admin", "admin")
    settings = {
        "PROMPTWIRE_DATA": str(world.server.data),
        "PROMPTWIRE_URL": world.server.url,
        "PROMPTWIRE_API_KEY": admin.token,
        "PROMPTWIRE_CACHE_DIR": str(tmp_path / "cache"),
        "TOKEN": admin.token,
        "ORG": world.org.id,
    }
    return Reader(tmp_path, **settings)
