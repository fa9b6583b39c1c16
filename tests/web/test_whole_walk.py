"""The whole of the work, from an invitation to a rollback, by three people in real browsers; and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, Page
from scripts.looking import expect

from support.browsing import enter, open_page, sign_in, write
from support.mailbox import Mailbox
from support.world import PASSWORD, Person, World

AUTHOR = "author@walk.example"


@pytest.fixture
def pages(chromium: Browser, world: World) -> Iterator[list[Page]]:
    """Two browsers: the owner's and the author's."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_page(chromium, world.server.url)) for _ in range(2)]


def test_from_an_invitation_to_a_rollback(pages: list[Page], world: World) -> None:
    owner = world.person("admin", "owner")
    theirs, page = pages
    sign_in(theirs, owner)
    invite(theirs, world)
    register(page, Mailbox(world.server.data, AUTHOR).code())

    create_preview_and_save(page)
    promote(page, "Go live", "the first release")
    expect(page.get_by_role("navigation", name="Versions").get_by_role("link").first).to_contain_text("live")

    protect_live(theirs, world)
    a_second_version_is_refused_and_asked_for(page)
    approve(theirs)
    rendered = owner.http.post("/v1/prompts/billing_reminder/render", json={"variables": {"name": "Ada"}})
    assert rendered.json()["rendered"] == "Dear Ada, please pay."

    roll_back(theirs, world)
    rendered = owner.http.post("/v1/prompts/billing_reminder/render", json={"variables": {"name": "Ada"}})
    assert rendered.json()["rendered"] == "Hello Ada!"
    theirs.get_by_role("tab", name="History").click()
    expect(theirs.get_by_role("row").filter(has_text="too strict")).to_contain_text("v2 → v1")
    expect(theirs.get_by_role("row").filter(has_text="the first release")).to_contain_text(AUTHOR)


def invite(page: Page, world: World) -> None:
    page.goto(f"/orgs/{world.org.id}")
    page.get_by_label("E-mail").fill(AUTHOR)
    page.get_by_role("combobox", name="Into the team").click()
    page.get_by_role("option", name=world.team.name).click()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text(f"{AUTHOR} is invited")).to_be_visible()


def register(page: Page, code: str) -> None:
    page.goto(f"/register#email={AUTHOR}&invitation={code}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    page.get_by_role("link", name="Go to the prompts").click()


def create_preview_and_save(page: Page) -> None:
    page.get_by_role("button", name="New prompt").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Billing reminder")
    dialog.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Write the first version").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    page.get_by_role("textbox", name="name", exact=True).fill("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Hello Ada!")
    page.get_by_label("What changed").fill("a first text")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()


def promote(page: Page, verb: str, why: str) -> None:
    page.get_by_role("button", name="Go live").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("^Why")).fill(why)
    dialog.get_by_role("button", name=verb).click()
    expect(dialog).to_be_hidden()


def protect_live(page: Page, world: World) -> None:
    page.goto(f"/teams/{world.team.id}/settings?tab=labels")
    page.get_by_role("button", name="Protect a label").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill("live")
    dialog.get_by_label("Approvals of others").fill("1")
    dialog.get_by_role("combobox", name="Who has this organization role may approve").click()
    page.get_by_role("option", name="owner").click()
    dialog.get_by_role("button", name="Protect", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="live")).to_contain_text("1 approval by the role owner")


def a_second_version_is_refused_and_asked_for(page: Page) -> None:
    page.get_by_role("button", name="New draft from this").click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    write(page, "Dear {{.name}}, please pay.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 2 is saved.")).to_be_visible()
    page.get_by_role("button", name="Go live").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("live needs the organization role admin (yours is member)")
    dialog.get_by_label(re.compile("^Why")).fill("they do not pay")
    dialog.get_by_role("button", name="Request approval").click()
    expect(page.get_by_text("Approval is requested")).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("link", name="Requests").click()
    page.get_by_role("row").filter(has_text="they do not pay").get_by_role("link").click()
    expect(page.get_by_test_id("diff")).to_contain_text("+Dear {{.name}}, please pay.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("applied")).to_be_visible()


def roll_back(page: Page, world: World) -> None:
    """The owner takes it back, once a rollback needs nobody else's approval."""
    page.goto(f"/teams/{world.team.id}/settings?tab=labels")
    page.get_by_role("button", name="Change live").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Approvals of others").fill("0")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="live")).not_to_contain_text("approval")
    page.goto(f"/teams/{world.team.id}/prompts/billing_reminder?version=2")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Put live back to where it was").click()
    dialog.get_by_label(re.compile("^Why")).fill("too strict")
    dialog.get_by_role("button", name=re.compile("back", re.IGNORECASE)).click()
    expect(dialog).to_be_hidden()


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, as who uses no mouse does."""
    wanted.wait_for()
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement || one.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("it cannot be reached by keyboard")


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def test_the_main_walk_needs_no_mouse(page: Page, world: World) -> None:
    author = world.person("editor")
    world.prompt(author.http, "Hello {{.name}}!", name="Typed")
    sign_in_by_keyboard(page, author)
    press(page, page.get_by_role("link", name="Typed"))
    editor = page.get_by_label("Template of version 1")
    reach(page, editor)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text("Good day {{.name}}!")
    page.keyboard.press("Escape")  # a Tab leaves the editor then
    reach(page, page.get_by_role("textbox", name="name", exact=True))
    page.keyboard.insert_text("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Good day Ada!")
    page.keyboard.press("Home")
    backwards(page, page.get_by_role("button", name="Save draft"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    backwards(page, page.get_by_role("button", name="Go live"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    reach(page, dialog.get_by_label(re.compile("^Why")))
    page.keyboard.insert_text("typed")
    press(page, dialog.get_by_role("button", name="Go live"))
    expect(dialog).to_be_hidden()
    rendered = author.http.post("/v1/prompts/typed/render", json={"variables": {"name": "Ada"}})
    assert rendered.json()["rendered"] == "Good day Ada!"


def sign_in_by_keyboard(page: Page, person: Person) -> None:
    page.goto("/")
    reach(page, page.get_by_label("E-mail"))
    page.keyboard.insert_text(person.user.email)
    reach(page, page.get_by_label("Password", exact=True))
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()


def backwards(page: Page, wanted: Locator) -> None:
    """Press Shift and Tab until something has the focus."""
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError("it cannot be reached by keyboard")


def test_who_signs_in_from_a_link_walks_on_from_there(page: Page, world: World) -> None:
    author = world.person("editor")
    enter(page, author, f"/teams/{world.team.id}/requests")
    expect(page.get_by_role("heading", name="Change requests")).to_be_visible()
