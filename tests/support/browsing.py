"""What tests of the web interface do in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from support.world import PASSWORD, Person

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}


@contextmanager
def open_page(chromium: Browser, url: str, *others: str) -> Iterator[Page]:
    """Give a page in a browser that has never been here; at its end nothing may have gone wrong unnoticed.

    It asks this server only, and others that are named.
    """
    context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda sent: wrong.append(sent.url) if not sent.url.startswith((url, *others)) else None)
    yield page
    context.close()
    assert wrong == []


def enter(page: Page, person: Person, at: str = "/") -> None:
    """Sign in as somebody, wherever that leads."""
    page.goto(at)
    page.get_by_label("E-mail").fill(person.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in(page: Page, person: Person) -> None:
    """Sign in as somebody, and arrive at the prompts, past the welcome of who is here for the first time."""
    enter(page, person)
    onwards = page.get_by_role("link", name="Go to the prompts")
    arrived = page.get_by_role("heading", name="Prompts", exact=True)
    expect(arrived.or_(onwards)).to_be_visible()
    if onwards.is_visible():
        onwards.click()
    expect(arrived).to_be_visible()


def serious_barriers(page: Page) -> list[str]:
    """Ask axe what keeps people from using the page; it is read in past the policy that keeps scripts out."""
    found: dict[str, Any] = page.evaluate(f"async () => {{ {AXE.read_text()}; return await axe.run(); }}")
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def write(page: Page, text: str, label: str = "^Template of version") -> None:
    """Replace what an editor holds."""
    editor = page.get_by_label(re.compile(label))
    editor.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)
