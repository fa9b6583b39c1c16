"""Accounts in a real browser: by invitation, with a forgotten password, and one's own."""

from __future__ import annotations

from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import serious_barriers, sign_in
from support.world import PASSWORD, World

NEW = "Another-Horse-2"


def test_who_is_not_signed_in_finds_the_ways_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="I have an invitation").click()
    page.get_by_label("E-mail").fill("new@example.com")
    page.get_by_label("Invitation code").fill("ABCD")
    page.get_by_label("Password", exact=True).fill(NEW)
    assert serious_barriers(page) == []
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("Not registered")
    expect(page.get_by_label("E-mail")).to_have_value("new@example.com")
    page.get_by_role("link", name="Sign in with an account you have").click()
    page.get_by_role("link", name="I forgot my password").click()
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    assert serious_barriers(page) == []


def test_a_password_is_changed_and_other_sessions_end(page: Page, world: World) -> None:
    person = world.person("editor")
    sign_in(page, person)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Account").click()
    expect(page.get_by_text("this one")).to_be_visible()
    assert serious_barriers(page) == []
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("Invalid current password.")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    expect(page.get_by_text("this one")).to_be_visible()
    assert person.http.get("/v1/auth/me").status_code == 401
