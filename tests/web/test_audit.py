"""The audit log of an organization, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import serious_barriers, sign_in
from support.world import World


def test_an_owner_filters_and_exports_the_audit_log(page: Page, world: World) -> None:
    owner = world.person("admin", "owner")
    prompt = world.prompt(owner.http, "Hello", name="Audited")
    owner.http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": "staging", "reason": "to be tried"})
    sign_in(page, owner)
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("row").filter(has_text="prompt created")).to_be_visible()
    page.get_by_label("Label").fill("staging")
    expect(page.get_by_role("row").filter(has_text="to be tried")).to_contain_text(owner.user.email)
    expect(page.get_by_role("row").filter(has_text="prompt created")).to_have_count(0)
    assert serious_barriers(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    assert "label.set" in exported
    assert "prompt.created" not in exported


def test_an_owner_looks_at_one_team_and_sends_the_address(page: Page, world: World) -> None:
    owner = world.person("admin", "owner")
    other = world.new_team(world.org.id)
    world.join_team(owner.user.id, "admin", other.id)
    world.prompt(owner.http, "Hello", name="Here")
    world.prompt(owner.http, "Hello", name="There", team_id=other.id)
    sign_in(page, owner)
    page.get_by_role("link", name="Audit log").click()
    made = page.get_by_role("row").filter(has_text="prompt created")
    expect(made).to_have_count(2)
    page.get_by_role("combobox", name="Team", exact=True).last.click()
    page.get_by_role("option", name=other.name).last.click()
    expect(made).to_have_count(1)
    page.goto(page.url)
    expect(made).to_have_count(1)
    expect(made).to_contain_text("There")


def test_who_may_not_read_the_audit_log_is_told(page: Page, world: World) -> None:
    sign_in(page, world.person("editor"))
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("alert")).to_contain_text("Forbidden")


def test_what_goes_wrong_on_the_way_is_told_and_tried_again(page: Page, world: World) -> None:
    author = world.person("editor")
    prompt = world.prompt(author.http, "Hello", name="Lost")
    sign_in(page, author)
    page.get_by_role("link", name="Lost").click()
    page.get_by_label("What changed").fill("kept")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save draft").click()
    alert = page.get_by_role("alert").filter(has_text="Not saved; your text is kept")
    expect(alert).to_contain_text("The server cannot be reached")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["message"] == "kept"
