"""The first minutes, in a real browser: by invitation, as the very first, with an identity provider; a first key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page
from scripts.looking import expect

from support.browsing import open_page, serious_barriers
from support.mailbox import Mailbox
from support.provider import CLIENT, SECRET, Provider
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess
from support.world import PASSWORD, World

NEW = "Another-Horse-2"


def test_whoever_is_invited_registers_with_the_code_of_the_mail(page: Page, world: World) -> None:
    owner = world.person(org_role="owner")
    email = "newcomer@example.com"
    path = f"/v1/orgs/{world.org.id}/invitations"
    assert owner.http.post(path, json={"email": email, "team_id": world.team.id}).status_code == 201
    page.goto(f"/register#email={email}&invitation={Mailbox(world.server.data, email).code()}")
    expect(page.get_by_label("E-mail")).to_have_value(email)
    assert serious_barriers(page) == []
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("At least 8 characters")).to_have_count(2)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Welcome to Promptwire")).to_be_visible()
    expect(page.get_by_text("Ask one of yours for a key")).to_be_visible()
    assert serious_barriers(page) == []
    page.get_by_role("link", name="Go to the prompts").click()
    expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that nobody has used yet."""
    server = ServerProcess(tmp_path_factory.mktemp("fresh"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0


def test_the_first_administrator_is_welcomed_with_a_key_and_the_lines_to_use_it(
    chromium: Browser, fresh: ServerProcess
) -> None:
    with open_page(chromium, fresh.url) as page:
        page.goto("/")
        page.get_by_label("E-mail").fill(ADMIN_EMAIL)
        page.get_by_label("Password", exact=True).fill(ADMIN_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Welcome to Promptwire")).to_be_visible()
        page.get_by_role("button", name="Make a key").click()
        key = page.get_by_test_id("secret").inner_text().strip()
        expect(page.get_by_text(f"export PROMPTWIRE_API_KEY={key}")).to_be_visible()
        expect(page.get_by_text('pw.render("greeting"')).to_be_visible()
        assert serious_barriers(page) == []
        page.get_by_role("tab", name="curl").click()
        [url] = re.findall(r"curl -s (\S+)", page.get_by_text("curl -s http").inner_text())
        rendered = httpx.post(url, headers={"Authorization": f"Bearer {key}"}, json={"variables": {"name": "Ada"}})
        assert "Ada" in rendered.json()["rendered"]
        page.get_by_role("link", name="Go to the prompts").click()
        page.goto("/")
        expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()
        page.goto("/welcome")
        expect(page.get_by_role("button", name="Make a key")).to_be_visible()
        expect(page.get_by_text(key)).to_have_count(0)


def test_the_very_first_makes_the_first_account(chromium: Browser, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS | {"PROMPTWIRE_BOOTSTRAP": "off"}).wait_ready()
    with open_page(chromium, server.url) as page:
        page.goto("/")
        page.get_by_role("link", name="Nobody is here yet: make the first account").click()
        expect(page.get_by_label("Invitation code")).to_have_count(0)
        page.get_by_label("E-mail").fill("first@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_role("button", name="Make a key")).to_be_visible()
    assert server.stop() == 0


def test_who_registers_where_anybody_may_confirms_the_address(chromium: Browser, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS | {"PROMPTWIRE_SIGN_UP": "open"}).wait_ready()
    with open_page(chromium, server.url) as page:
        page.goto("/register")
        page.get_by_label("E-mail").fill("open@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_text("A code is on its way to open@example.com")).to_be_visible()
        assert serious_barriers(page) == []
        page.get_by_label("Code from the mail").fill("WRONG")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("alert")).to_contain_text("Not registered")
        page.get_by_label("Code from the mail").fill(Mailbox(tmp_path, "open@example.com").code())
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("heading", name="Welcome to Promptwire")).to_be_visible()
    assert server.stop() == 0


def test_an_identity_provider_signs_in_and_leads_back_to_where_one_was(chromium: Browser, tmp_path: Path) -> None:
    with closing(Provider()) as provider:
        provider.send("ada", ADMIN_EMAIL)
        names = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
        server = ServerProcess(
            tmp_path, **PRESETS | {f"PROMPTWIRE_OIDC_{name}": value for name, value in names.items()}
        )
        with open_page(chromium, server.wait_ready().url, provider.issuer) as page:
            page.goto("/account")
            expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
            assert serious_barriers(page) == []
            page.get_by_role("link", name="Sign in with 127.0.0.1").click()
            expect(page.get_by_role("heading", name="Account")).to_be_visible()
            assert page.url == f"{server.url}/account"
        assert server.stop() == 0
