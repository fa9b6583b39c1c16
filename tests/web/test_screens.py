"""Every screen, in both themes, wide and narrow: nothing keeps anybody out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from scripts.sample import PASSWORD, Sample, fill
from scripts.screens import SCREENS, sign_in

from support.browsing import barriers_however_seen, open_page
from support.receiver import Receiver
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess

NEARBY = {"PROMPTWIRE_WEBHOOK_NETWORKS": "127.0.0.0/8", "PROMPTWIRE_WEBHOOK_PLAIN_HTTP": "on"}
PARTS = 4


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, Sample]]:
    """A server with the sample that the pictures in the documentation are of."""
    with Receiver() as receiver:
        server = ServerProcess(tmp_path_factory.mktemp("company"), **PRESETS | NEARBY).wait_ready()
        with closing(fill(server.url, (ADMIN_EMAIL, ADMIN_PASSWORD), webhook=receiver.url)) as sample:
            yield server, sample
        assert server.stop() == 0
        assert "request failed" not in server.errors


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_no_screen_keeps_anybody_out(
    chromium: Browser, company: tuple[ServerProcess, Sample], width: int, part: int
) -> None:
    server, sample = company
    found: dict[str, list[str]] = {}
    with open_page(chromium, server.url) as page:
        page.set_viewport_size({"width": width, "height": 800})
        for screen in sorted(SCREENS[part::PARTS], key=lambda one: not one.is_outside):
            if not screen.is_outside and not page.context.cookies():
                sign_in(page, ADMIN_PASSWORD, ADMIN_EMAIL)
            screen.open(page, sample)
            found[screen.name] = barriers_however_seen(page, [width])
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def test_every_screen_has_its_picture() -> None:
    images = Path(__file__).parents[2] / "docs/images"
    assert {image.stem for image in images.glob("*.png")} == {screen.name for screen in SCREENS}


def test_everybody_of_the_sample_signs_in(company: tuple[ServerProcess, Sample]) -> None:
    server, sample = company
    for email in sample.names:
        if "@" in email:
            with server.client() as http:
                body = {"email": email, "password": PASSWORD}
                assert http.post("/v1/auth/login", json=body).status_code == 200
