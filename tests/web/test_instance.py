"""The instance in a real browser, for its administrators."""

from __future__ import annotations

from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import serious_barriers, sign_in
from support.world import World


def test_an_administrator_sees_settings_people_and_makes_organizations(page: Page, world: World) -> None:
    root = world.person("admin", "owner", is_admin=True)
    sign_in(page, root)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="This instance").click()
    row = page.get_by_role("row").filter(has_text="PROMPTWIRE_ADDRESS_LIMIT")
    expect(row).to_contain_text("1000000")
    expect(row).to_contain_text("set here")
    expect(page.get_by_role("row").filter(has_text="PROMPTWIRE_ADMIN_PASSWORD")).to_contain_text("hidden")
    assert serious_barriers(page) == []
    page.get_by_role("tab", name="People").click()
    expect(page.get_by_role("row").filter(has_text=root.user.email)).to_contain_text("administrator")
    assert serious_barriers(page) == []
    page.get_by_role("tab", name="Organizations").click()
    name = f"New {world.org.id}"
    page.get_by_label("Name of a new organization").fill(name)
    page.get_by_role("button", name="Create organization").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_nobody_else_sees_the_instance(page: Page, world: World) -> None:
    sign_in(page, world.person("editor"))
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_role("menuitem", name="API keys")).to_be_visible()
    expect(page.get_by_role("menuitem", name="This instance")).to_have_count(0)
    page.goto("/instance")
    expect(page.get_by_role("alert")).to_contain_text("Forbidden")
