"""When things go wrong around the pages: a proxy with a prefix, errors, slow answers, a session that ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest
from playwright.sync_api import Browser, Page
from scripts.looking import expect

from promptwire import Promptwire
from promptwire.storage.store import SqlStore
from support.browsing import enter, known, open_page, serious_barriers, sign_in, write
from support.proxy import Proxy
from support.server import PRESETS, ServerProcess
from support.world import PASSWORD, Person, World


@pytest.fixture(params=[True, False], ids=["stripped", "left"])
def under_prefix(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, World]]:
    """A server behind a proxy that has it under a prefix, which it takes from the path or leaves there."""
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy("/tools/promptwire", strips=request.param))
        data = tmp_path_factory.mktemp("prefix")
        server = ServerProcess(data, **PRESETS | {"PROMPTWIRE_PUBLIC_URL": proxy.url}).wait_ready()
        proxy.lead_to(server.url)
        world = World(server, stack.enter_context(closing(SqlStore.open(server.database))))
        yield proxy, world
        world.close()
        assert server.stop() == 0


def test_everything_works_under_a_prefix(chromium: Browser, under_prefix: tuple[Proxy, World]) -> None:
    proxy, world = under_prefix
    author = world.person("editor")
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Placed")
    with open_page(chromium, f"{proxy.url}/") as page:
        enter(page, author, f"{proxy.url}/teams/{world.team.id}")
        page.get_by_role("link", name="Placed").click()
        assert page.url.startswith(f"{proxy.url}/teams/{world.team.id}/prompts/placed")
        page.get_by_role("textbox", name="name", exact=True).fill("Ada")
        expect(page.get_by_test_id("rendered")).to_have_text("Hello Ada!")
        write(page, "Good day {{.name}}!")
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Template of version 1")).to_contain_text("Good day {{.name}}!")
        [cookie] = page.context.cookies(proxy.url)
        assert (cookie["name"], cookie["path"]) == ("promptwire_session", "/tools/promptwire")
        page.get_by_role("button", name="Account").click()
        docs = page.get_by_role("menuitem", name="Documentation")
        expect(docs).to_have_attribute("href", "/tools/promptwire/docs")
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        assert page.context.cookies(proxy.url) == []
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["template"] == "Good day {{.name}}!"


def test_applications_read_under_a_prefix(under_prefix: tuple[Proxy, World]) -> None:
    proxy, world = under_prefix
    author = world.person("editor")
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Read")
    assert author.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).is_success
    with Promptwire(url=proxy.url, api_key=world.key("read_render"), cache_dir=None) as pw:
        assert pw.render("read", {"name": "Ada"}) == "Hello Ada!"
    servers = httpx.get(f"{proxy.url}/openapi.json").json()["servers"]
    assert servers == [{"url": proxy.url}]


@pytest.fixture
def proxy(world: World) -> Iterator[Proxy]:
    """A proxy before the server, which fails when it is told to."""
    with Proxy() as proxy:
        proxy.lead_to(world.server.url)
        yield proxy


@pytest.fixture
def page(chromium: Browser, proxy: Proxy) -> Iterator[Page]:
    with open_page(chromium, proxy.url) as page:
        yield page


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


def test_an_error_of_the_server_keeps_what_was_typed(page: Page, proxy: Proxy, author: Person, world: World) -> None:
    sign_in(page, author)
    page.get_by_role("button", name="New prompt").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Kept")
    dialog.get_by_label("What it is for").fill("to be kept")
    with proxy.failing("POST /v1/teams/.*/prompts"):
        dialog.get_by_role("button", name="Create").click()
        alert = dialog.get_by_role("alert")
        expect(alert).to_contain_text("The server could not do it (500). What you typed is kept; try again.")
        expect(alert).to_contain_text("req-of-the-proxy")
    assert serious_barriers(page) == []
    expect(dialog.get_by_label("Name")).to_have_value("Kept")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Kept")).to_be_visible()
    [made] = author.http.get(f"/v1/teams/{world.team.id}/prompts").json()["prompts"]
    assert made["description"] == "to be kept"


def test_a_page_that_cannot_be_read_is_read_again(page: Page, proxy: Proxy, author: Person, world: World) -> None:
    sign_in(page, author)
    with proxy.failing("GET /v1/teams/.*/members", 503):
        page.goto(f"/teams/{world.team.id}/settings")
        expect(page.get_by_role("alert")).to_contain_text("They cannot be shown")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("combobox", name=f"Role of {author.user.email}")).to_be_visible()


def test_who_cannot_be_recognized_now_may_try_again(page: Page, proxy: Proxy, author: Person) -> None:
    sign_in(page, author)
    with proxy.failing("GET /v1/auth/me"):
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("Promptwire cannot be shown")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()


def test_who_is_offline_is_told_and_loses_nothing(page: Page, world: World) -> None:
    owner = world.person("admin", "owner")
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}?tab=teams")
    page.get_by_label("Name of a new team").fill("Support")
    page.context.set_offline(True)
    page.get_by_role("button", name="Create team").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(page.get_by_label("Name of a new team")).to_have_value("Support")
    page.context.set_offline(False)
    page.get_by_role("button", name="Create team").click()
    expect(page.get_by_role("link", name="Support", exact=True)).to_be_visible()


def test_what_takes_long_shows_that_it_goes_on(page: Page, proxy: Proxy, author: Person) -> None:
    sign_in(page, author)
    working = page.get_by_role("progressbar", name="Working")
    with proxy.holding("GET /v1/teams/.*/change-requests"):
        page.get_by_role("link", name="Requests").click()
        expect(working).to_be_visible()
        assert serious_barriers(page) == []
    expect(page.get_by_text("Nothing waits for approval")).to_be_visible()
    expect(working).to_have_count(0)


def test_a_session_that_ends_goes_on_where_one_was(page: Page, world: World) -> None:
    owner = world.person("admin", "owner")
    known(page, owner)
    page.goto(f"/teams/{world.team.id}/settings?tab=labels")
    page.get_by_role("button", name="Protect a label").click()
    dialog = page.get_by_role("dialog", name="Protect a label")
    dialog.get_by_label("Label").fill("production")
    for one in owner.http.get("/v1/auth/sessions").json()["sessions"]:
        if not one["current"]:
            assert owner.http.delete(f"/v1/auth/sessions/{one['id']}").is_success
    dialog.get_by_role("button", name="Protect", exact=True).click()
    again = page.get_by_role("dialog", name="Your session has ended")
    expect(again.get_by_label("E-mail")).to_have_value(owner.user.email)
    assert serious_barriers(page) == []
    again.get_by_label("Password", exact=True).fill(PASSWORD)
    again.get_by_role("button", name="Sign in", exact=True).click()
    expect(again).to_have_count(0)
    expect(dialog.get_by_label("Label")).to_have_value("production")
    dialog.get_by_role("button", name="Protect", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="production")).to_be_visible()


def test_who_opens_a_link_without_a_session_arrives_there(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello", name="Linked")
    enter(page, author, f"/teams/{world.team.id}/prompts/linked?version=1")
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    assert re.search(r"/prompts/linked\?version=1$", page.url)


def test_somebody_else_who_signs_in_sees_nothing_of_who_was_there(page: Page, author: Person, world: World) -> None:
    sign_in(page, author)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    stranger = world.person()
    enter(page, stranger)
    expect(page.get_by_text("You are in no team yet")).to_be_visible()


def test_what_others_change_is_shown_without_asking(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello", name="Followed")
    sign_in(page, author)
    page.get_by_role("link", name="Followed").click()
    versions = page.get_by_role("navigation", name="Versions")
    expect(versions.get_by_role("link").first).to_contain_text("draft")
    other = world.person("editor")
    assert other.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).is_success
    expect(versions.get_by_role("link").first).to_contain_text("live")


def test_what_cannot_be_read_again_stays_on_the_page(page: Page, proxy: Proxy, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello", name="Stays")
    sign_in(page, author)
    page.get_by_role("link", name="Stays").click()
    page.get_by_label("What changed").fill("kept")
    with proxy.failing("GET /v1/prompts/[^/]+/versions$", 503):
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("What is shown may be old")).to_be_visible()
        expect(page.get_by_label("What changed")).to_have_value("kept")
        assert serious_barriers(page) == []
