"""Webhooks in a real browser, against a real receiver: made, tried, looked at, told again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page
from scripts.looking import expect

from promptwire.storage.store import SqlStore
from support.browsing import known, open_page, serious_barriers
from support.receiver import Receiver
from support.server import PRESETS, ServerProcess
from support.waiting import eventually
from support.world import Person, World

NEARBY = {
    "PROMPTWIRE_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "PROMPTWIRE_WEBHOOK_PLAIN_HTTP": "on",
    "PROMPTWIRE_WEBHOOK_WAITS": "0.05",
}


@pytest.fixture
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An organization on a server whose webhooks reach this machine."""
    server = ServerProcess(tmp_path_factory.mktemp("telling"), **PRESETS | NEARBY).wait_ready()
    with closing(SqlStore.open(server.database)) as store:
        world = World(server, store)
        yield world
        world.close()
    assert server.stop() == 0


@pytest.fixture
def owner(telling: World) -> Person:
    return telling.person("admin", "owner")


@pytest.fixture
def page(chromium: Browser, telling: World) -> Iterator[Page]:
    with open_page(chromium, telling.server.url) as page:
        yield page


def test_a_webhook_is_made_tested_changed_and_deleted(page: Page, owner: Person, telling: World) -> None:
    known(page, owner)
    page.goto(f"/orgs/{telling.org.id}?tab=webhooks")
    with Receiver() as receiver:
        page.get_by_role("button", name="New webhook").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("chat")
        dialog.get_by_label("Address").fill("ftp://nowhere")
        dialog.get_by_role("button", name="Create webhook").click()
        expect(dialog.get_by_text("An address that begins with https://")).to_be_visible()
        dialog.get_by_label("Address").fill(receiver.url)
        assert serious_barriers(page) == []
        dialog.get_by_role("button", name="Create webhook").click()
        secret = page.get_by_test_id("secret").inner_text().strip()
        assert serious_barriers(page) == []
        page.get_by_role("button", name="I have it").click()
        page.get_by_role("link", name="chat").click()
        page.get_by_role("button", name="Send a test").click()
        delivery = page.get_by_role("region", name="Delivery of test")
        expect(delivery).to_contain_text("Attempt 1")
        expect(delivery).to_contain_text("204 after")
        receiver.heard[0].verified(secret)
        assert serious_barriers(page) == []

        page.get_by_role("button", name="Change", exact=True).click()
        dialog.get_by_label("Name").fill("chatter")
        dialog.get_by_role("button", name="Save webhook").click()
        expect(page.get_by_role("heading", name="chatter", exact=True)).to_be_visible()
        page.get_by_role("button", name="Switch off").click()
        expect(page.get_by_text("off", exact=True)).to_be_visible()
        page.on("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="New secret").click()
        assert page.get_by_test_id("secret").inner_text().strip() != secret
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("No webhooks yet")).to_be_visible()


def test_what_was_parked_is_looked_at_and_told_again(page: Page, owner: Person, telling: World) -> None:
    with Receiver() as receiver:
        receiver.status = lambda _: 500
        body = {"name": "build", "url": receiver.url, "events": ["prompt.*"]}
        made = owner.http.post(f"/v1/orgs/{telling.org.id}/webhooks", json=body).json()["webhook"]
        telling.prompt(owner.http, "Hello", name="Told")
        deliveries = f"/v1/orgs/{telling.org.id}/webhooks/{made['id']}/deliveries?status=parked"
        eventually(lambda: len(owner.http.get(deliveries).json()["deliveries"]) == 1, 20)
        known(page, owner)
        page.goto(f"/orgs/{telling.org.id}/webhooks/{made['id']}")
        page.get_by_text("Parked", exact=True).click()
        page.get_by_role("link", name="prompt.created").click()
        delivery = page.get_by_role("region", name="Delivery of prompt.created")
        expect(delivery).to_contain_text(re.compile("Attempt 2.*500 after"))
        assert serious_barriers(page) == []
        receiver.status = lambda _: 204
        delivery.get_by_role("button", name="Tell it again").click()
        expect(delivery).to_contain_text("delivered")
    assert len(set(receiver.ids)) == 1
