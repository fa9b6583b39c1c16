"""Scenes for the tests of the surfaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from promptwire.storage.store import SqlStore
from support.company import Company
from support.scene import Scene
from support.server import ServerProcess
from support.world import World


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    """A scene of the test's own."""
    scene = Scene(world)
    yield scene
    scene.close()


@pytest.fixture(scope="module")
def shared(server: ServerProcess, server_store: SqlStore) -> Iterator[Scene]:
    """A scene for the tests of a module that leave it as it is, with a prompt in every state."""
    scene = Scene(World(server, server_store))
    tags = {"old": 1, "beta": 2, "prod": 3, "stable-1": 3, "wip": 4}
    scene.prompt("archived", "stable", "live", "draft", tags=tags)
    scene.prompt(name="archived_prompt")
    scene.does("POST /v1/prompts/{archived_prompt}/archive", subject="team admin")
    elsewhere = scene.elsewhere
    scene.names |= {"foreign": elsewhere.names["prompt"], "foreign_slug": elsewhere.names["slug"]}
    scene.names["foreign_team"] = elsewhere.world.team.id
    yield scene
    elsewhere.close()
    scene.close()


@pytest.fixture
def company(server: ServerProcess, server_store: SqlStore) -> Iterator[Company]:
    """A company of the test's own."""
    company = Company(server, server_store)
    yield company
    company.close()
