"""The web interface, built, and served by a real server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from scripts.browser import browser, options

from support.browsing import open_page
from support.server import ServerProcess

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Build the pages if they are not built yet of what is here; a server reads them at its start."""
    subprocess.run([sys.executable, "-m", "scripts.web", "build"], cwd=ROOT, check=True, timeout=300)


@pytest.fixture(scope="session")
def engine() -> str:
    """Browsers see no difference between databases."""
    return "sqlite"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser(), args=options())
        yield running
        running.close()


@pytest.fixture
def page(chromium: Browser, server: ServerProcess) -> Iterator[Page]:
    """A page in a browser that has never been here; at its end nothing may have gone wrong unnoticed."""
    with open_page(chromium, server.url) as page:
        yield page
