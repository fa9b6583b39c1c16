"""Settings of an organization, in a real browser: people, invitations, teams, join requests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from scripts.looking import expect

from support.browsing import enter, known, serious_barriers, sign_in
from support.mailbox import Mailbox
from support.world import Person, World


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("admin", "owner")


def test_somebody_is_invited_and_the_invitation_revoked(page: Page, owner: Person, world: World) -> None:
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}")
    page.get_by_label("E-mail").fill("grace@example.com")
    page.get_by_role("combobox", name="Into the team").click()
    page.get_by_role("option", name=world.team.name).click()
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.get_by_test_id("secret").inner_text().strip()
    assert link == f"{world.server.url}/register#email=grace%40example.com"  # the code is in the mail only
    assert Mailbox(world.server.data, "grace@example.com").code()
    row = page.get_by_role("row").filter(has_text="grace@example.com")
    expect(row).to_contain_text("member")
    assert serious_barriers(page) == []
    page.get_by_role("button", name="Revoke the invitation of grace@example.com").click()
    expect(row).to_have_count(0)
    assert owner.http.get(f"/v1/orgs/{world.org.id}/invitations").json()["invitations"] == []


def test_an_invitation_that_fails_keeps_what_was_typed(page: Page, owner: Person, world: World) -> None:
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}")
    page.get_by_label("E-mail").fill("grace@nowhere")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Invalid email format")
    expect(page.get_by_label("E-mail")).to_have_value("grace@nowhere")


def test_an_administrator_of_the_instance_gets_a_link_with_the_code(page: Page, world: World) -> None:
    known(page, world.person("admin", "owner", is_admin=True))
    page.goto(f"/orgs/{world.org.id}")
    page.get_by_label("E-mail").fill("linus@example.com")
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.get_by_test_id("secret").inner_text().strip()
    assert link.endswith(f"&invitation={Mailbox(world.server.data, 'linus@example.com').code()}")


def test_people_get_another_role_and_are_taken_out(page: Page, owner: Person, world: World) -> None:
    person = world.person("editor", "member")
    email = person.user.email
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}")
    expect(page.get_by_role("heading", name="2 people")).to_be_visible()
    role = page.get_by_role("combobox", name=f"Organization role of {email}")
    role.click()
    page.get_by_role("option", name="admin").click()
    expect(role).to_have_value("admin")
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("combobox", name=f"Organization role of {owner.user.email}").click()
    page.get_by_role("option", name="viewer").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")
    page.get_by_role("button", name=f"Take out {email}").click()
    expect(role).to_have_count(0)
    assert person.http.get("/v1/me/orgs").json()["organizations"] == []


def test_long_lists_come_page_by_page(page: Page, owner: Person, world: World) -> None:
    others = [world.person("viewer", "member") for _ in range(60)]
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}")
    expect(page.get_by_role("heading", name="61 people")).to_be_visible()
    rows = page.get_by_role("table").last.locator("tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(61)
    page.goto(f"/teams/{world.team.id}/settings")
    members = page.get_by_role("combobox", name=f"Role of {others[-1].user.email}")
    for _ in range(6):  # of ten each
        page.get_by_role("button", name="Show more").click()
    expect(members).to_be_visible()


def test_a_team_is_made_named_checked_and_deleted(page: Page, owner: Person, world: World) -> None:
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}?tab=teams")
    page.get_by_label("Name of a new team").fill("Support")
    page.get_by_role("button", name="Create team").click()
    page.get_by_role("link", name="Settings of Support").click()
    page.get_by_role("tab", name="Team").click()
    page.get_by_label("Name of the team").fill("Customer support")
    page.get_by_label("It breaks no application").check()
    page.get_by_role("button", name="Save team").click()
    expect(page.get_by_role("heading", name="Settings of Customer support")).to_be_visible()
    assert serious_barriers(page) == []
    teams = owner.http.get(f"/v1/orgs/{world.org.id}/teams").json()["teams"]
    [made] = [one for one in teams if one["name"] == "Customer support"]
    assert (made["slug"], made["promotion_checks"]) == ("support", ["breaking"])
    page.get_by_role("button", name="Delete this team").click()
    dialog = page.get_by_role("dialog")
    delete = dialog.get_by_role("button", name="Delete for good")
    expect(delete).to_be_disabled()
    dialog.get_by_label("Type Customer support to go on").fill("Customer support")
    assert serious_barriers(page) == []
    delete.click()
    expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()
    teams = owner.http.get(f"/v1/orgs/{world.org.id}/teams").json()["teams"]
    assert [one["name"] for one in teams] == [world.team.name]


def test_who_asks_to_join_is_let_in_or_declined(page: Page, owner: Person, world: World, chromium: Browser) -> None:
    asking, other = world.person(org_role="member"), world.person(org_role="member")
    enter(page, asking)
    page.get_by_role("link", name=f"Teams of {world.org.name}").click()
    page.get_by_role("button", name=f"Ask to join {world.team.name}").click()
    expect(page.get_by_text(f"The administrators of {world.team.name} are asked.")).to_be_visible()
    assert other.http.post(f"/v1/teams/{world.team.id}/join-requests").status_code == 201

    context = chromium.new_context(base_url=world.server.url, reduced_motion="reduce")
    theirs = context.new_page()
    sign_in(theirs, owner)
    theirs.get_by_role("link", name="2 join requests wait").click()
    expect(theirs.get_by_role("row").filter(has_text=asking.user.email)).to_contain_text(world.team.name)
    assert serious_barriers(theirs) == []
    theirs.get_by_role("button", name=f"Decline {other.user.email}").click()
    theirs.get_by_role("button", name=f"Approve {asking.user.email}").click()
    expect(theirs.get_by_text("Nobody asks to join")).to_be_visible()
    context.close()
    page.goto("/")
    expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()
    assert other.http.get("/v1/me/teams").json()["teams"] == []


def test_who_administers_nothing_is_told_what_it_takes(page: Page, world: World) -> None:
    world.person("admin", "owner")
    known(page, world.person("editor"))
    page.goto(f"/orgs/{world.org.id}?tab=webhooks")
    expect(page.get_by_text("For administrators of the organization")).to_be_visible()
    page.get_by_role("tab", name="People").click()
    expect(page.get_by_role("heading", name="2 people")).to_be_visible()
    expect(page.get_by_role("heading", name="Invite somebody")).to_have_count(0)
    assert serious_barriers(page) == []


def test_an_organization_is_renamed(page: Page, owner: Person, world: World) -> None:
    known(page, owner)
    page.goto(f"/orgs/{world.org.id}?tab=organization")
    page.get_by_label("Name of the organization").fill(f"Renamed {world.org.id}")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name=f"Renamed {world.org.id}")).to_be_visible()
    assert serious_barriers(page) == []
