"""The walk of a prompt author, in a real browser against a real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import barriers_however_seen, serious_barriers, sign_in, write
from support.world import Person, World


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


def test_a_wrong_password_is_told_and_what_was_typed_stays(page: Page, author: Person) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(author.user.email)
    page.get_by_label("Password", exact=True).fill("Wrong-Horse-1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Invalid credentials.")
    expect(page.get_by_label("E-mail")).to_have_value(author.user.email)


def test_an_author_edits_previews_and_puts_a_version_live(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Support/Greeting")
    author.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"})
    sign_in(page, author)
    page.get_by_label("Search").fill("greet support")
    page.get_by_role("link", name="Support/Greeting").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()

    page.get_by_role("button", name="New draft from this").click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    write(page, "Good morning {{.name}}!")
    page.get_by_label("What changed").fill("warmer")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 2 is saved.")).to_be_visible()

    page.get_by_role("textbox", name="name", exact=True).fill("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Good morning Ada!")

    page.get_by_role("button", name="Go live").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("live: version 1 → version 2.")
    dialog.get_by_label(re.compile("^Why")).fill("the new campaign")
    dialog.get_by_role("button", name="Go live").click()
    expect(dialog).to_be_hidden()
    versions = page.get_by_role("navigation", name="Versions")
    expect(versions.get_by_role("link").first).to_contain_text("live")
    slug = author.http.get(f"/v1/prompts/{prompt}").json()["prompt"]["slug"]
    rendered = author.http.post(f"/v1/prompts/{slug}/render", json={"variables": {"name": "Ada"}})
    assert rendered.json()["rendered"] == "Good morning Ada!"


def test_two_editors_do_not_overwrite_each_other(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Contested")
    sign_in(page, author)
    with page.expect_response(re.compile(rf"/v1/prompts/{prompt}/versions/1$")):
        page.get_by_role("link", name="Contested").click()
    other = world.person("editor")
    other.http.put(f"/v1/prompts/{prompt}/versions/1", json={"template": "Theirs"})
    write(page, "Mine")
    page.get_by_role("button", name="Save draft").click()
    conflict = page.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody else changed this draft")
    expect(conflict).to_contain_text("Theirs")
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["template"] == "Theirs"
    conflict.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["template"] == "Mine"


def test_a_closed_tab_keeps_the_unsaved_text(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello {{.name}}!", name="Unsaved")
    sign_in(page, author)
    page.get_by_role("link", name="Unsaved").click()
    write(page, "half a thought")
    page.reload()
    expect(page.get_by_label("Template of version 1")).to_contain_text("half a thought")


def test_a_refused_move_says_why_and_changes_nothing(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Protected")
    owner = world.person("admin", "owner")
    for label in ("live", "prod"):
        path = f"/v1/teams/{world.team.id}/protected-labels/{label}"
        policy = {"min_required_role": "member", "frozen_until": "2999-01-01T00:00:00Z"}
        assert owner.http.put(path, json=policy).is_success
    sign_in(page, author)
    page.get_by_role("link", name="Protected").click()
    expect(page.get_by_role("button", name="Go live")).to_be_disabled()
    expect(page.get_by_role("button", name="Go live")).to_have_accessible_description(
        re.compile("is frozen until 2999")
    )
    page.get_by_role("textbox", name="Label").fill("prod")
    page.get_by_role("button", name="Put on version 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("is frozen until 2999")
    expect(dialog.get_by_role("button", name="Move label")).to_be_disabled()
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["status"] == "draft"


def test_who_signs_out_sees_nothing_more(page: Page, author: Person) -> None:
    sign_in(page, author)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_nothing_keeps_anybody_out(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Reachable")
    author.http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": "production"})
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert barriers_however_seen(page) == []
    sign_in(page, author)
    assert barriers_however_seen(page) == []
    page.get_by_role("link", name="Reachable").click()
    expect(page.get_by_label("Template of version 1")).to_be_visible()
    assert barriers_however_seen(page) == []


def test_a_prompt_is_made_compared_and_its_history_told(page: Page, author: Person, world: World) -> None:
    sign_in(page, author)
    page.get_by_role("button", name="New prompt").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Billing/Reminder")
    dialog.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Write the first version").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    [prompt] = author.http.get(f"/v1/teams/{world.team.id}/prompts").json()["prompts"]
    versions = f"/v1/prompts/{prompt['id']}/versions"
    author.http.post(f"{versions}/1/promote", json={"to": "live", "reason": "first"})
    author.http.post(versions, json={"template": "Hello {{.name}}, you owe {{.amount}}."})

    page.reload()
    page.get_by_role("navigation", name="Versions").get_by_role("link", name=re.compile("^v2")).click()
    page.get_by_role("tab", name="Compare").click()
    differences = page.get_by_test_id("differences")
    expect(differences.get_by_label("Version 2")).to_have_text("Hello {{.name}}, you owe {{.amount}}.")
    expect(page.get_by_role("alert")).to_contain_text("every render needs amount now")

    page.get_by_role("tab", name="History").click()
    row = page.get_by_role("row").filter(has_text="nothing → v1")
    expect(row).to_contain_text("first")
    expect(row).to_contain_text(author.user.email)

    page.get_by_role("tab", name="Connect").click()
    expect(page.get_by_text(f'pw.render("{prompt["slug"]}"')).to_be_visible()
    assert serious_barriers(page) == []
