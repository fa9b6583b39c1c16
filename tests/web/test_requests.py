"""Moves that policy stops: approval is asked for, given by another person, and taken back, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page
from scripts.looking import expect

from support.browsing import known, serious_barriers, sign_in
from support.world import Person, World


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


def protect(world: World, label: str, **policy: object) -> Person:
    owner = world.person("admin", "owner")
    answer = owner.http.put(f"/v1/teams/{world.team.id}/protected-labels/{label}", json=policy)
    assert answer.is_success
    return owner


def released(world: World, author: Person, name: str) -> str:
    """Make a prompt whose first version is live, and a second one; gives its id."""
    prompt = world.prompt(author.http, "Hello {{.name}}!", name=name)
    versions = f"/v1/prompts/{prompt}/versions"
    assert author.http.post(f"{versions}/1/promote", json={"to": "live"}).is_success
    assert author.http.post(versions, json={"template": "Good day {{.name}}!"}).is_success
    return prompt


def status_of(author: Person, prompt: str, version: int) -> str:
    found: str = author.http.get(f"/v1/prompts/{prompt}/versions/{version}").json()["version"]["status"]
    return found


def test_a_refused_move_is_requested_and_approved_by_another(
    page: Page, author: Person, world: World, chromium: Browser
) -> None:
    prompt = released(world, author, "Governed")
    owner = protect(world, "live", min_required_role="admin", approvals=1)
    sign_in(page, author)
    page.get_by_role("link", name="Governed").click()
    page.get_by_role("link", name=re.compile("^v2")).click()
    page.get_by_role("button", name="Go live").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("live needs the organization role admin (yours is member)")
    dialog.get_by_label(re.compile("^Why")).fill("kinder")
    assert serious_barriers(page) == []
    dialog.get_by_role("button", name="Request approval").click()
    page.get_by_role("link", name="See the change request").click()
    expect(page.get_by_role("heading", name="live: v1 → v2")).to_be_visible()
    expect(page.get_by_test_id("diff")).to_contain_text("+Good day {{.name}}!")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert", name="That was not done")).to_be_visible()
    assert status_of(author, prompt, 2) == "draft"

    context = chromium.new_context(base_url=world.server.url, reduced_motion="reduce")
    theirs = context.new_page()
    sign_in(theirs, owner)
    theirs.get_by_role("link", name="Requests").click()
    expect(theirs.get_by_role("row").filter(has_text=author.user.email)).to_contain_text("kinder")
    assert serious_barriers(theirs) == []
    theirs.get_by_role("link", name="governed").click()
    theirs.get_by_label("Comment").fill("reads well")
    theirs.get_by_role("button", name="Approve").click()
    expect(theirs.get_by_text("applied")).to_be_visible()
    expect(theirs.get_by_role("region", name="Remarks")).to_contain_text("reads well")
    assert serious_barriers(theirs) == []
    context.close()
    assert status_of(author, prompt, 2) == "live"


def test_a_request_is_discussed_and_withdrawn(page: Page, author: Person, world: World) -> None:
    prompt = released(world, author, "Withdrawn")
    protect(world, "live", min_required_role="admin")
    asked = author.http.post(
        f"/v1/prompts/{prompt}/versions/2/promote", json={"to": "live", "request_approval": True}
    ).json()["change_request"]
    known(page, author)
    page.goto(f"/teams/{world.team.id}/requests/{asked['id']}")
    page.get_by_label("Comment").fill("wait for the translation")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_role("region", name="Remarks")).to_contain_text("wait for the translation")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("span").get_by_text("withdrawn", exact=True)).to_be_visible()  # the breadcrumb is a link
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("link", name="Requests", exact=True).click()
    expect(page.get_by_text("Nothing waits for approval")).to_be_visible()


def test_a_move_is_taken_back_right_after(page: Page, author: Person, world: World) -> None:
    prompt = released(world, author, "Undone")
    author.http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": "production"})
    sign_in(page, author)
    page.get_by_role("link", name="Undone").click()
    page.get_by_role("link", name=re.compile("^v2")).click()
    page.get_by_role("textbox", name="Label").fill("production")
    page.get_by_role("button", name="Put on version 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Move label").click()
    done = page.get_by_role("status").filter(has_text="production: version 1 → version 2.")
    expect(done).to_be_visible()
    assert author.http.get(f"/v1/prompts/{prompt}/tags/production").json()["version"] == 2
    done.get_by_role("button", name="Undo").click()
    expect(done).to_be_hidden()
    assert author.http.get(f"/v1/prompts/{prompt}/tags/production").json()["version"] == 1


def test_what_was_moved_meanwhile_is_not_taken_back(page: Page, author: Person, world: World) -> None:
    prompt = released(world, author, "Raced")
    sign_in(page, author)
    page.get_by_role("link", name="Raced").click()
    page.get_by_role("textbox", name="Label").fill("production")
    page.get_by_role("button", name="Put on version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Move label").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    author.http.post(f"/v1/prompts/{prompt}/versions/2/tags", json={"tag": "production"})
    undo.click()
    expect(page.get_by_role("alert")).to_contain_text("Not undone")
    assert author.http.get(f"/v1/prompts/{prompt}/tags/production").json()["version"] == 2
