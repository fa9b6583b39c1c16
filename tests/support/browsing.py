"""What tests of the web interface do in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from support.world import PASSWORD, Person

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}


def sign_in(page: Page, person: Person) -> None:
    """Sign in as somebody, and arrive at the prompts."""
    page.goto("/")
    page.get_by_label("E-mail").fill(person.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Prompts", exact=True)).to_be_visible()


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
