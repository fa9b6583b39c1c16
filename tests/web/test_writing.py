"""Writing versions in a real browser: chats, previews as one types, settings of the model."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from scripts.looking import expect

from support.browsing import serious_barriers, sign_in, write
from support.world import Person, World


@pytest.fixture
def author(world: World) -> Person:
    return world.person("editor")


def test_a_text_becomes_a_chat_that_is_previewed_and_saved(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "You guide through {{.city}}.", name="Guide")
    sign_in(page, author)
    page.get_by_role("link", name="Guide").click()
    page.get_by_text("Chat messages").click()
    page.get_by_role("combobox", name="Role 1").click()
    page.get_by_role("option", name="system").click()
    page.get_by_role("button", name="Add message").click()
    write(page, "{{.question}}", "^Content of message 2")
    page.get_by_role("button", name="Add placeholder").click()
    page.get_by_label("Placeholder 3").fill("earlier")
    page.get_by_role("button", name="Move item 3 up").click()
    expect(page.get_by_label("Placeholder 2")).to_have_value("earlier")

    page.get_by_role("textbox", name="city", exact=True).fill("Turin")
    page.get_by_role("textbox", name="question", exact=True).fill("Where to eat?")
    page.get_by_role("textbox", name="earlier", exact=True).fill('[{"role": "user", "content": "Hello"}]')
    rendered = page.get_by_test_id("rendered")
    expect(rendered).to_contain_text("You guide through Turin.")
    expect(rendered).to_contain_text("Where to eat?")

    page.get_by_role("button", name="Model, tools and schema").click()
    page.get_by_label("Model", exact=True).fill("gpt-5")
    page.get_by_label("Model settings").fill('{"temperature": ')
    expect(page.get_by_text("This is no JSON yet")).to_be_visible()
    expect(page.get_by_role("button", name="Save draft")).to_be_disabled()
    page.get_by_label("Model settings").fill('{"temperature": 0.5}')
    assert serious_barriers(page) == []
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    saved = author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]
    assert saved["messages"] == [
        {"role": "system", "content": "You guide through {{.city}}."},
        {"placeholder": "earlier"},
        {"role": "user", "content": "{{.question}}"},
    ]
    assert (saved["model"], saved["model_params"]) == ("gpt-5", {"temperature": 0.5})


def test_a_mistake_stands_under_its_line_as_one_types(page: Page, author: Person, world: World) -> None:
    world.prompt(author.http, "Hello {{.name}}!", name="Mistaken")
    sign_in(page, author)
    page.get_by_role("link", name="Mistaken").click()
    write(page, "Dear {{.name}},\n{{if .paid}}thank you")
    expect(page.get_by_test_id("rendered")).to_contain_text("unexpected EOF")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    write(page, "Dear {{.name}}")
    page.get_by_role("textbox", name="name", exact=True).fill("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Dear Ada")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)


def test_variables_are_completed_and_kept_as_a_payload(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello {{.customer}}!", name="Completed")
    sign_in(page, author)
    page.get_by_role("link", name="Completed").click()
    page.get_by_role("textbox", name="customer", exact=True).fill("Ada")
    expect(page.get_by_test_id("rendered")).to_have_text("Hello Ada!")
    page.get_by_label("Template of version 1").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" {{ .cus")
    page.get_by_role("option", name=".customer").click()
    expect(page.get_by_label("Template of version 1")).to_contain_text("{{ .customer")

    page.get_by_label("Keep these variables as").fill("Ada")
    page.get_by_role("button", name="Save payload").click()
    expect(page.get_by_role("combobox", name="Saved payload")).to_be_visible()
    [payload] = author.http.get(f"/v1/prompts/{prompt}/payloads").json()["payloads"]
    assert (payload["name"], payload["variables"]) == ("Ada", {"customer": "Ada"})
    page.get_by_role("textbox", name="customer", exact=True).fill("")
    page.get_by_role("combobox", name="Saved payload").click()
    page.get_by_role("option", name="Ada").click()
    expect(page.get_by_role("textbox", name="customer", exact=True)).to_have_value("Ada")


def test_their_draft_can_be_taken_and_written_on(page: Page, author: Person, world: World) -> None:
    prompt = world.prompt(author.http, "Hello", name="Taken")
    sign_in(page, author)
    with page.expect_response(lambda response: response.url.endswith(f"/v1/prompts/{prompt}/versions/1")):
        page.get_by_role("link", name="Taken").click()
    world.person("editor").http.put(f"/v1/prompts/{prompt}/versions/1", json={"template": "Theirs"})
    write(page, "Mine")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("alert").get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Template of version 1")).to_have_text("Theirs")
    write(page, "Theirs and mine")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    assert author.http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["template"] == "Theirs and mine"
