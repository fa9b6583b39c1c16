"""The prompts of a team in a real browser: looked for, narrowed down, sorted, walked by keyboard, a thousand."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page
from scripts.looking import expect

from promptwire.storage.store import SqlStore
from support import make
from support.browsing import barriers_however_seen, known, serious_barriers, sign_in
from support.world import Person, World


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Prompts").get_by_role("listitem")


def fill(world: World, count: int) -> None:
    """Add so many prompts at once, each with a version."""
    team = world.team.id

    def add(tx: Any) -> None:
        for number in range(count):
            prompt = make.prompt(team, name=f"Prompt {number:04}", slug=f"p_{uuid4().hex}", last_number=1)
            tx.prompts.insert(prompt)
            tx.versions.insert(make.version(prompt.id, 1))

    store: SqlStore = world.store
    store.write_now(add)


def test_prompts_are_found_by_what_their_texts_say(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello {{.name}},\nyour refund is on its way", name="Support/Refunded")
    world.prompt(author.http, "Hello {{.name}}!", name="Support/Greeting")
    sign_in(page, author)
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Search").fill("REFUND way")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("v1: your refund is on its way")
    expect(page).to_have_url(re.compile(r"\?q=REFUND\+way$"))
    assert serious_barriers(page) == []
    page.get_by_label("Search").fill("nowhere at all")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert serious_barriers(page) == []
    page.get_by_role("button", name="Show all prompts").click()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_label("Search")).to_have_value("")


def test_what_is_shown_stands_in_the_address(page: Page, author: Person, world: World) -> None:
    live = world.prompt(author.http, "x", name="Support/EU/Live")
    world.prompt(author.http, "x", name="Support/Draft")
    world.prompt(author.http, "x", name="Billing")
    assert author.http.post(f"/v1/prompts/{live}/versions/1/promote", json={"to": "live"}).is_success
    assert author.http.post(f"/v1/prompts/{live}/versions/1/tags", json={"tag": "prod"}).is_success
    sign_in(page, author)
    folders = page.get_by_role("navigation", name="Folders")
    folders.get_by_role("button", name="Support (2)").click()
    expect(rows(page)).to_have_count(2)
    folders.get_by_role("button", name="EU (1)").click()
    expect(rows(page)).to_have_count(1)
    folders.get_by_role("button", name="Support", exact=True).click()
    page.get_by_role("combobox", name="Label").click()
    page.get_by_role("option", name="prod (1)").click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("combobox", name="Sort by").click()
    page.get_by_role("option", name="Name").click()
    page.get_by_role("combobox", name="Author").click()
    page.get_by_role("option", name=re.compile(re.escape(author.user.email))).click()
    expect(page).to_have_url(re.compile("author="))
    expect(rows(page)).to_contain_text(["Support/EU/Live"])
    address = page.url

    colleague = world.person("viewer")
    page.context.clear_cookies()
    known(page, colleague)
    page.goto(address)
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("combobox", name="Label")).to_have_value("prod (1)")
    expect(page.get_by_role("combobox", name="Sort by")).to_have_value("Name")
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="With a draft").click()
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_role("button", name="Show all prompts").click()
    expect(rows(page)).to_have_count(3)


def test_an_archived_prompt_is_found_where_one_looks_for_it(page: Page, world: World) -> None:
    admin = world.person("admin")
    gone = world.prompt(admin.http, "x", name="Gone")
    world.prompt(admin.http, "x", name="Here")
    assert admin.http.post(f"/v1/prompts/{gone}/archive").is_success
    sign_in(page, admin)
    expect(rows(page)).to_contain_text(["Here"])
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Archived").click()
    expect(rows(page)).to_contain_text(["Gone"])


def test_an_empty_team_says_what_to_do(page: Page, author: Person) -> None:
    sign_in(page, author)
    expect(page.get_by_text("No prompts yet")).to_be_visible()
    assert serious_barriers(page) == []
    page.get_by_role("button", name="Write the first prompt").click()
    page.get_by_role("dialog").get_by_label("Name").fill("First")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    expect(page.get_by_role("button", name="Write the first version")).to_be_visible()


def test_who_only_reads_is_told_why_nothing_can_be_made(page: Page, world: World) -> None:
    sign_in(page, world.person("viewer"))
    button = page.get_by_role("button", name="New prompt")
    expect(button).to_be_disabled()
    page.keyboard.press("/")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("tooltip")).to_have_text("Needs team role editor, has viewer.")
    assert serious_barriers(page) == []


def test_the_list_is_walked_by_keyboard(page: Page, author: Person, world: World) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        world.prompt(author.http, "x", name=name)
    known(page, author)
    page.goto(f"/teams/{world.team.id}?sort=name")
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Alpha")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Gamma")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="Beta")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    expect(page.get_by_label("Search")).to_have_value("a/b")
    page.get_by_label("Search").fill("")
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()


FRAMES = """
async () => {
  const took = [];
  let last = performance.now();
  for (let at = 0; at < 120; at++) {
    window.scrollBy(0, 400);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    took.push(now - last);
    last = now;
  }
  took.sort((one, other) => one - other);
  return { median: took[60], late: took[113], rows: document.querySelectorAll(".found > li").length };
}
"""


def test_a_thousand_prompts_scroll_without_stutter(page: Page, author: Person, world: World) -> None:
    fill(world, 1000)
    known(page, author)
    page.goto(f"/teams/{world.team.id}?sort=name")
    listed = page.get_by_role("list", name="Prompts")
    expect(listed.get_by_role("link", name="Prompt 0000")).to_be_visible()
    while (count := listed.get_attribute("data-count")) != "1000":  # until all ten pages have come
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_function("count => document.querySelector('.found').dataset.count !== count", arg=count)
    expect(page.get_by_text("1000 prompts")).to_be_attached()
    page.evaluate("window.scrollTo(0, 0)")
    frames = page.evaluate(FRAMES)
    assert frames["rows"] < 60, frames
    assert frames["median"] < 34, frames
    assert frames["late"] < 100, frames
    listed.get_by_role("link").first.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Prompt 0999")).to_be_focused()
    assert serious_barriers(page) == []


def test_the_list_keeps_nobody_out(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "x", "y", name="Support/A prompt with quite a long name for a list")
    assert author.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).is_success
    for label in ("production", "staging", "europe", "beta", "canary"):
        assert author.http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": label}).is_success
    sign_in(page, author)
    page.get_by_role("button", name="Support (1)").click()
    expect(rows(page)).to_contain_text("and 1 more")
    assert barriers_however_seen(page) == []
