"""One prompt in a real browser: compared, rendered with all saved variables, released, archived, and by whom."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import barriers_however_seen, known, serious_barriers, sign_in, write
from support.world import Person, World


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


def payload(author: Person, prompt: str, name: str, variables: dict[str, str]) -> None:
    """Save variables under a name."""
    made = author.http.post(f"/v1/prompts/{prompt}/payloads", json={"variables": variables}).json()["payload"]
    path = f"/v1/prompts/{prompt}/payloads/{made['id']}"
    assert author.http.put(path, json={"name": name}).is_success


def opened(page: Page, world: World, slug: str, query: str = "") -> None:
    page.goto(f"/teams/{world.team.id}/prompts/{slug}{query}")
    expect(page.get_by_role("heading", name=re.compile("^Version"))).to_be_visible()


def test_any_two_versions_are_compared_in_both_views(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", "Dear {{.name}}!", "Hi {{.name}}.", name="Compared")
    payload(author, prompt, "Ada", {"name": "Ada"})
    payload(author, prompt, "Bob", {"name": "Bob"})
    known(page, author)
    opened(page, world, "compared", "?tab=compare&version=3&from=1")
    differences = page.get_by_test_id("differences")
    expect(differences).to_have_attribute("data-view", "side")
    expect(differences.get_by_label("Version 1")).to_have_text("Hello {{.name}}!")
    expect(differences.get_by_label("Version 3")).to_have_text("Hi {{.name}}.")
    assert serious_barriers(page) == []
    page.get_by_text("In one").click()
    expect(differences).to_have_attribute("data-view", "unified")
    expect(differences).to_contain_text("Hello {{.name}}!")
    expect(differences).to_contain_text("Hi {{.name}}.")
    page.get_by_text("Rendered", exact=True).click()
    page.get_by_role("combobox", name="With the variables of").click()
    page.get_by_role("option", name="Bob").click()
    expect(differences).to_contain_text("Hi Bob.")
    page.get_by_role("combobox", name="To").click()
    page.get_by_role("option", name="v2 (draft)").click()
    expect(differences).to_contain_text("Dear Bob!")
    assert serious_barriers(page) == []
    address = page.url
    page.goto("/")
    page.goto(address)
    expect(differences).to_have_attribute("data-view", "unified")
    expect(differences).to_contain_text("Dear Bob!")


def test_what_else_differs_is_told(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello", name="Settings differ")
    assert author.http.post(
        f"/v1/prompts/{prompt}/versions", json={"template": "Hello", "model": "gpt-5", "model_params": {"seed": 1}}
    ).is_success
    known(page, author)
    opened(page, world, "settings_differ", "?tab=compare&version=2&from=1")
    expect(page.get_by_text("The texts are the same.")).to_be_visible()
    others = page.get_by_role("region", name="Other fields")
    expect(others).to_contain_text('model: null → "gpt-5"')
    expect(others).to_contain_text('model params: null → {"seed":1}')


def test_all_saved_variables_are_rendered_side_by_side(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="All of them")
    payload(author, prompt, "Ada", {"name": "Ada"})
    payload(author, prompt, "Nobody", {})
    known(page, author)
    opened(page, world, "all_of_them")
    page.get_by_text("All saved").click()
    expect(page.get_by_role("article", name="Ada")).to_contain_text("Hello Ada!")
    expect(page.get_by_role("article", name="Nobody")).to_contain_text("does not render")
    write(page, "Good day {{.name}}!")
    expect(page.get_by_role("article", name="Ada")).to_contain_text("Good day Ada!")
    assert serious_barriers(page) == []


def test_a_payload_is_removed(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Removable")
    payload(author, prompt, "Ada", {"name": "Ada"})
    known(page, author)
    opened(page, world, "removable")
    page.get_by_role("combobox", name="Saved payload").click()
    page.get_by_role("option", name="Ada").click()
    page.get_by_role("button", name="Remove payload").click()
    expect(page.get_by_role("combobox", name="Saved payload")).to_have_count(0)
    assert author.http.get(f"/v1/prompts/{prompt}/payloads").json()["payloads"] == []


def test_a_mistake_is_told_under_its_line(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello", name="Line by line")
    known(page, author)
    opened(page, world, "line_by_line")
    write(page, "Dear {{.name}},\n{{nothing}}\nBye")
    remark = page.locator(".cm-line:has-text('{{nothing}}') + .cm-remark")
    expect(remark).to_contain_text('function "nothing" not defined')
    assert serious_barriers(page) == []


def test_functions_are_completed(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello {{.name}}", name="Functions")
    known(page, author)
    opened(page, world, "functions")
    write(page, "Hello ")
    page.keyboard.type("{{ pri")
    page.get_by_role("option", name=re.compile("^printf")).click()
    expect(page.get_by_label("Template of version 1")).to_contain_text("{{ printf")


def test_a_move_shows_what_it_replaces(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", "Hello {{.name}}, {{.title}}!", name="Replaced")
    assert author.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).is_success
    known(page, author)
    opened(page, world, "replaced", "?version=2")
    page.get_by_role("button", name="Go live").click()
    changes = page.get_by_role("dialog").get_by_role("region", name="What changes")
    expect(changes).to_contain_text("Who asks for live gets version 2 in the place of version 1")
    expect(changes.get_by_test_id("diff")).to_contain_text("+Hello {{.name}}, {{.title}}!")
    expect(changes).to_contain_text("This may break applications that use the prompt")
    assert serious_barriers(page) == []


def test_the_history_of_a_label_has_before_and_after(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "one", "two", name="Told")
    for version in (1, 2):
        path = f"/v1/prompts/{prompt}/versions/{version}/tags"
        assert author.http.post(path, json={"tag": "prod", "reason": f"number {version}"}).is_success
    assert author.http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": "other"}).is_success
    known(page, author)
    opened(page, world, "told", "?tab=history")
    expect(page.get_by_role("row")).to_have_count(7)
    page.get_by_role("combobox", name="Label").click()
    page.get_by_role("option", name="prod").click()
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page).to_have_url(re.compile("label=prod"))
    row = page.get_by_role("row").filter(has_text="number 2")
    row.get_by_text("Before and after").click()
    expect(row).to_contain_text("version number: 1 → 2")
    assert serious_barriers(page) == []
    row.get_by_role("link", name="Compare").click()
    expect(page.get_by_test_id("differences")).to_contain_text("two")


def test_a_prompt_is_described_archived_and_brought_back(page: Page, world: World) -> None:
    admin = world.person("admin")
    prompt = world.prompt(admin.http, "Hello", name="Folder/Kept")
    path = f"/v1/prompts/{prompt}"
    known(page, admin)
    opened(page, world, "folder_kept")
    page.get_by_role("button", name="Prompt", exact=True).click()
    page.get_by_role("menuitem", name="Change the description").click()
    page.get_by_role("dialog").get_by_label("Description").fill("What customers read first")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("What customers read first")).to_be_visible()
    page.get_by_role("button", name="Prompt", exact=True).click()
    page.get_by_role("menuitem", name="Archive prompt").click()
    page.get_by_role("dialog").get_by_label(re.compile("^Why")).fill("replaced")
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Out of use")).to_be_visible()
    assert admin.http.get(path).json()["prompt"]["status"] == "archived"
    assert serious_barriers(page) == []
    page.get_by_role("button", name="Prompt", exact=True).click()
    page.get_by_role("menuitem", name="Bring back into use").click()
    expect(page.get_by_text("Out of use")).to_have_count(0)
    assert admin.http.get(path).json()["prompt"]["status"] == "active"
    page.get_by_role("link", name="Folder", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?folder=Folder$"))


def test_a_draft_is_deleted_after_a_question(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "one", "two", name="Dropped")
    known(page, author)
    opened(page, world, "dropped", "?version=2")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete draft").click()
    asked = page.get_by_role("alert").filter(has_text="Delete version 2 for good?")
    asked.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    listed = author.http.get(f"/v1/prompts/{prompt}/versions").json()["versions"]
    assert [one["version"] for one in listed] == [1]


def test_mine_is_kept_as_a_draft_of_its_own(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello", name="Both")
    known(page, author)
    with page.expect_response(lambda response: response.url.endswith(f"/v1/prompts/{prompt}/versions/1")):
        opened(page, world, "both")
    world.person("editor").http.put(f"/v1/prompts/{prompt}/versions/1", json={"template": "Theirs"})
    write(page, "Mine")
    page.get_by_role("button", name="Save draft").click()
    conflict = page.get_by_role("alert").filter(has_text="Somebody else changed this draft")
    expect(conflict.get_by_label("Their version 1")).to_have_text("Theirs")
    expect(conflict.get_by_label("Your version 1")).to_have_text("Mine")
    assert serious_barriers(page) == []
    conflict.get_by_role("button", name="Keep mine as a new draft").click()
    expect(page.get_by_label("Template of version 2")).to_have_text("Mine")
    texts = {
        one["version"]: one["template"] for one in author.http.get(f"/v1/prompts/{prompt}/versions").json()["versions"]
    }
    assert texts == {1: "Theirs", 2: "Mine"}


def test_what_was_given_up_for_theirs_comes_back(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello", name="Given up")
    known(page, author)
    with page.expect_response(lambda response: response.url.endswith(f"/v1/prompts/{prompt}/versions/1")):
        opened(page, world, "given_up")
    world.person("editor").http.put(f"/v1/prompts/{prompt}/versions/1", json={"template": "Theirs"})
    write(page, "Mine")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Template of version 1")).to_have_text("Theirs")
    page.get_by_role("button", name="Bring mine back").click()
    expect(page.get_by_label("Template of version 1")).to_have_text("Mine")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["template"] == "Mine"


def test_who_only_reads_tries_and_changes_nothing(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!", name="Read only")
    assert author.http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": "prod"}).is_success
    known(page, world.person("viewer", "viewer"))
    opened(page, world, "read_only")
    expect(page.get_by_text("You can read and try this draft, not change it")).to_be_visible()
    expect(page.get_by_role("button", name="Save draft")).to_have_count(0)
    for name in ("New draft from this", "Go live", "Put on version 1", "Save payload"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description("Needs team role editor, has viewer.")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name=re.compile("^Remove label prod"))).to_be_disabled()
    assert serious_barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="name", exact=True).fill("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Hello Ada!")


def test_every_tab_keeps_nobody_out(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.name}}!\n" * 3, "Dear {{.name}}!\n" * 3, name="Folder/Every tab")
    payload(author, prompt, "Ada", {"name": "Ada"})
    assert author.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).is_success
    known(page, author)
    for tab in ("edit", "compare", "compare&of=rendered&view=unified", "history", "connect"):
        opened(page, world, "folder_every_tab", f"?version=2&tab={tab}")
        expect(page.get_by_label("Loading")).to_have_count(0)
        assert barriers_however_seen(page) == [], tab


def test_a_variable_without_a_value_is_no_mistake(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello {{.name}}, welcome to {{.shop}}", name="Unfilled")
    sign_in(page, author)
    page.set_viewport_size({"width": 1600, "height": 900})
    opened(page, world, "unfilled")
    expect(page.get_by_test_id("rendered")).to_have_text("Fill in name, shop to see what it says.")
    expect(page.locator(".cm-remark")).to_have_count(0)
    page.get_by_role("textbox", name="name", exact=True).fill("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Fill in shop to see what it says.")
    page.get_by_role("textbox", name="shop", exact=True).fill("Acme")
    expect(page.get_by_test_id("rendered")).to_have_text("Hello Ada, welcome to Acme")
    editor = page.get_by_label("Template of version 1").bounding_box()
    preview = page.get_by_role("region", name="Preview").bounding_box()
    assert editor
    assert preview
    assert preview["x"] > editor["x"] + editor["width"]
