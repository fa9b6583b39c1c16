"""The web interface, built, and served by a real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Build the pages if they are not built yet of what is here; a server reads them at its start."""
    subprocess.run([sys.executable, "-m", "scripts.web", "build"], cwd=ROOT, check=True, timeout=300)


@pytest.fixture(scope="session")
def engine() -> str:
    """Browsers see no difference between databases."""
    return "sqlite"
