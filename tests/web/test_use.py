"""What is used, who has followed a move, and how versions do, in a real browser, told by processes that report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import barriers_however_seen, known, serious_barriers, sign_in
from support.use import Reporting, serves, use_of, uses
from support.waiting import eventually
from support.world import Person, World


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


@pytest.fixture
def used(world: World, author: Person) -> str:
    """Make a prompt that three processes use, one of which serves what was live before; gives its id."""
    prompt = world.prompt(author.http, "Hello {{.name}}!", "Good day {{.name}}!", name="Used")
    for number in (1, 2):
        assert author.http.post(f"/v1/prompts/{prompt}/versions/{number}/promote", json={"to": "live"}).is_success
    key = world.key("read_render")
    for instance, version in (("web-1", 2), ("web-2", 2), ("web-3", 1)):
        reporting = Reporting(world.http(key), "shop", instance)
        used_now = uses(prompt, version, renders=40 * version, errors=0, source="server")
        reporting.report(age=1.0, serves=[serves(prompt, version)], uses=[used_now])
    eventually(lambda: use_of(author.http, prompt)["total"]["renders"] == 200)
    return prompt


def test_renders_are_shown_over_time_by_version_and_by_label(
    page: Page, author: Person, world: World, used: str
) -> None:
    assert used
    known(page, author)
    page.goto(f"/teams/{world.team.id}/prompts/used?tab=use")
    expect(page.get_by_text("200 renders")).to_be_visible()
    expect(page.get_by_role("img", name="Renders and reads, by version")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="v2").filter(has_text="applications, fresh")
    expect(row).to_contain_text("160")
    page.get_by_text("By label").click()
    expect(page.get_by_role("img", name="Renders and reads, by label")).to_be_visible()
    page.get_by_text("24 hours").click()
    expect(page.get_by_text("200 renders")).to_be_visible()
    address = page.url
    page.goto("/")
    page.goto(address)
    expect(page.get_by_role("img", name="Renders and reads, by label")).to_be_visible()
    assert serious_barriers(page) == []


def test_processes_that_have_not_followed_are_named(page: Page, author: Person, world: World, used: str) -> None:
    assert used
    known(page, author)
    page.goto(f"/teams/{world.team.id}/prompts/used?tab=use")
    running = page.get_by_role("region", name="Running processes")
    expect(running).to_contain_text("live: 2 of 3 processes serve version 2")
    expect(running.get_by_role("row").filter(has_text="web-3")).to_contain_text("v1 from server")
    expect(running.get_by_role("row").filter(has_text="web-1")).to_have_count(0)


def test_a_move_says_who_is_affected(page: Page, author: Person, world: World, used: str) -> None:
    made = author.http.post(f"/v1/prompts/{used}/versions", json={"template": "Hi"})
    assert made.is_success
    known(page, author)
    page.goto(f"/teams/{world.team.id}/prompts/used?version=3")
    page.get_by_role("button", name="Go live").click()
    told = page.get_by_role("dialog").get_by_test_id("affected")
    expect(told).to_have_text("3 running processes ask for it now: shop (3).")


def test_scores_stand_side_by_side(page: Page, author: Person, world: World, used: str) -> None:
    for version, marks in ((1, (1.0, 2.0, 1.5, 1.2)), (2, (4.0, 4.5, 4.2, 4.4))):
        scores = [{"name": "helpful", "value": mark} for mark in marks]
        assert author.http.post(f"/v1/prompts/{used}/versions/{version}/scores", json={"scores": scores}).is_success
    known(page, author)
    page.goto(f"/teams/{world.team.id}/prompts/used?tab=use")
    row = page.get_by_role("region", name="Scores").get_by_role("row").filter(has_text="helpful")
    expect(row).to_contain_text("4.28")
    expect(row).to_contain_text("more than chance")
    assert serious_barriers(page) == []


def test_the_use_of_a_team_leads_to_its_prompts(page: Page, author: Person, used: str) -> None:
    assert used
    sign_in(page, author)
    page.get_by_role("link", name="Use", exact=True).click()
    most = page.get_by_role("region", name="Most used")
    expect(most.get_by_role("row").filter(has_text="just now")).to_contain_text("200")
    expect(page.get_by_role("region", name="Unused")).to_contain_text("Every prompt that is older was used.")
    assert serious_barriers(page) == []
    most.get_by_role("link", name="Used").click()
    expect(page.get_by_text("200 renders")).to_be_visible()


def test_what_nobody_uses_says_what_to_do(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello", name="Lonely")
    sign_in(page, author)
    page.get_by_role("link", name="Use", exact=True).click()
    expect(page.get_by_text("Nothing was used yet")).to_be_visible()
    assert barriers_however_seen(page, [360]) == []
    page.goto(f"/teams/{world.team.id}/prompts/lonely?tab=use")
    expect(page.get_by_text("Nobody used it")).to_be_visible()
    expect(page.get_by_text("Nobody has scored these versions yet.")).to_be_visible()
    expect(page.get_by_label("Loading")).to_have_count(0)
    assert barriers_however_seen(page, [360]) == []
