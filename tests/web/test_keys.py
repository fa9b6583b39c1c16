"""API keys in a real browser, beyond making and revoking them: limits changed, adopted, page by page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import known, serious_barriers
from support.world import Person, World


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("admin", "owner")


def test_a_key_is_limited_and_its_limits_are_lifted(page: Page, owner: Person, world: World) -> None:
    key = {"name": "shop", "org_id": world.org.id, "team_ids": [world.team.id], "readable_labels": ["live"]}
    made = owner.http.post("/v1/api-keys", json=key).json()
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}?tab=keys")
    row = page.get_by_role("row").filter(has_text="shop")
    expect(row).to_contain_text(f"{world.team.name}; reads live")
    page.get_by_role("button", name="Change shop").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("kiosk")
    for pill in (world.team.name, "live"):
        dialog.locator(".mantine-Pill-root").filter(has_text=pill).locator("button").click()
    dialog.get_by_label("Ends on").fill("2999-06-01")
    assert serious_barriers(page) == []
    dialog.get_by_role("button", name="Save key").click()
    kiosk = page.get_by_role("row").filter(has_text="kiosk")
    expect(kiosk).to_contain_text("all teams")
    expect(kiosk).to_contain_text("2999-06-01")
    keys = owner.http.get("/v1/api-keys", params={"org_id": world.org.id}).json()["api_keys"]
    [found] = [one for one in keys if one["id"] == made["id"]]
    assert "team_ids" not in found
    assert "readable_labels" not in found


def test_a_key_whose_maker_is_gone_is_adopted(page: Page, owner: Person, world: World) -> None:
    maker = world.person("editor", "admin")
    secret = world.key("all", maker=maker.user.id)
    prompt = world.prompt(owner.http, "Hello", name="Adopted")
    world.leave(maker.user.id)
    http = world.http(secret)
    assert http.post(f"/v1/prompts/{prompt}/versions", json={"template": "x"}).status_code == 403
    known(page, owner)
    page.goto("/dashboard/api-keys")
    page.on("dialog", lambda asked: asked.accept())
    with page.expect_response(lambda answer: answer.url.endswith("/adopt") and answer.ok):
        page.get_by_role("button", name="Adopt test").click()
    assert http.post(f"/v1/prompts/{prompt}/versions", json={"template": "x"}).status_code == 201


def test_keys_come_page_by_page(page: Page, owner: Person, world: World) -> None:
    for _ in range(51):
        world.key("read_render", maker=owner.user.id)
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}?tab=keys")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(51)
