"""Settings of a team in a real browser: members, API keys, protected labels."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import known, serious_barriers, sign_in
from support.world import Person, World


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("admin", "owner")


def test_a_key_is_made_shown_once_and_revoked(page: Page, owner: Person, world: World) -> None:
    prompt = world.prompt(owner.http, "Hello {{.name}}!", name="Keyed")
    owner.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"})
    sign_in(page, owner)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("tab", name="API keys").click()
    page.get_by_role("button", name="New API key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("shop")
    assert serious_barriers(page) == []
    dialog.get_by_role("button", name="Create key").click()
    secret = page.get_by_test_id("secret").inner_text().strip()
    assert serious_barriers(page) == []
    render = f"{world.server.url}/v1/prompts/keyed/render"
    asking = {"Authorization": f"Bearer {secret}"}
    body = {"variables": {"name": "Ada"}}
    assert httpx.post(render, headers=asking, json=body).json()["rendered"] == "Hello Ada!"

    page.goto("/dashboard/api-keys")
    expect(page.get_by_role("row").filter(has_text="shop")).to_contain_text("read and render")
    expect(page.get_by_text(secret)).to_have_count(0)
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Revoke shop").click()
    expect(page.get_by_text("No keys yet")).to_be_visible()
    assert httpx.post(render, headers=asking, json=body).status_code == 401


def test_a_label_is_protected_changed_and_lifted(page: Page, owner: Person, world: World) -> None:
    known(page, owner)
    page.goto(f"/teams/{world.team.id}/settings?tab=labels")
    page.get_by_role("button", name="Protect a label").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill("production")
    dialog.get_by_label("Approvals of others").fill("2")
    assert serious_barriers(page) == []
    dialog.get_by_role("button", name="Protect", exact=True).click()
    row = page.get_by_role("row").filter(has_text="production")
    expect(row).to_contain_text("the organization role admin; 2 approvals")
    page.get_by_role("button", name="Change production").click()
    dialog.get_by_label("Frozen until").fill("2999-06-01T12:00")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("waiting until 2999")
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Lift the protection of production").click()
    expect(page.get_by_text("No label is protected")).to_be_visible()


def test_members_are_added_changed_and_removed(page: Page, owner: Person, world: World) -> None:
    person = world.person(org_role="member")
    email = person.user.email
    sign_in(page, owner)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("combobox", name="Person of the organization").click()
    page.get_by_role("option", name=email).click()
    page.get_by_role("button", name="Add to the team").click()
    role = page.get_by_role("combobox", name=f"Role of {email}")
    expect(role).to_have_value("editor")
    role.click()
    page.get_by_role("option", name="viewer").click()
    expect(role).to_have_value("viewer")
    assert serious_barriers(page) == []
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name=f"Remove {email}").click()
    expect(role).to_have_count(0)
    assert person.http.get(f"/v1/teams/{world.team.id}/prompts").status_code == 403


def test_who_may_not_change_a_setting_is_told(page: Page, owner: Person, world: World) -> None:
    author = world.person("editor")
    sign_in(page, author)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("combobox", name=f"Role of {owner.user.email}").click()
    page.get_by_role("option", name="viewer").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")
    page.get_by_role("tab", name="API keys").click()
    expect(page.get_by_role("alert")).to_contain_text("Forbidden")
