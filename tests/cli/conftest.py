"""Whoever sits at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.terminal import Terminal
from support.world import World


@pytest.fixture
def terminal(world: World, tmp_path: Path) -> Terminal:
    """Give a team and organization administrator at a terminal."""
    token = world.person("admin", "admin").token
    return Terminal(tmp_path / "config", PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=token)
