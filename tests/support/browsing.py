"""What tests of the web interface do in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page
from scripts.looking import expect

from support.world import PASSWORD, Person

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
FADED = """() => Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime < Infinity).map((one) => one.finished))"""
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
BARRIERS = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
"""All rules; what passes them is not listed."""


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
    """Sign in as somebody on the page for it, wherever that leads."""
    page.goto(at)
    page.get_by_label("E-mail").fill(person.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def known(page: Page, person: Person) -> None:
    """Be signed in as somebody, with a session of the browser's own, wherever one goes next."""
    of_a_page = {"X-Promptwire-CSRF": "1", "Sec-Fetch-Site": "same-origin"}
    credentials = {"email": person.user.email, "password": PASSWORD}
    answer = page.context.request.post("/v1/auth/browser-session", headers=of_a_page, data=credentials)
    assert answer.ok, answer.text()


def sign_in(page: Page, person: Person) -> None:
    """Be signed in as somebody, and arrive at the prompts, past the welcome of who is here for the first time."""
    known(page, person)
    page.goto("/")
    onwards = page.get_by_role("link", name="Go to the prompts")
    arrived = page.get_by_role("heading", name="Prompts", exact=True)
    expect(arrived.or_(onwards)).to_be_visible()
    if onwards.is_visible():
        onwards.click()
    expect(arrived).to_be_visible()


def barriers_however_seen(page: Page, widths: Sequence[int] = (360, 1280)) -> list[str]:
    """Give what keeps people from using a page at every width and in both themes, and where it is too wide."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            expect(page.locator(f"html[data-mantine-color-scheme={theme}]")).to_be_attached()
            page.evaluate(FADED)
            found += [f"{width} pixels, {theme}: {barrier}" for barrier in serious_barriers(page)]
        if page.evaluate(TOO_WIDE):
            found.append(f"wider than {width} pixels")
    return found


def serious_barriers(page: Page) -> list[str]:
    """Ask axe what keeps people from using the page; it is read in once, past the policy that keeps scripts out."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(BARRIERS)
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@cache
def _axe() -> str:
    return f"() => {{ {AXE.read_text()} }}"


def write(page: Page, text: str, label: str = "^Template of version") -> None:
    """Replace what an editor holds."""
    editor = page.get_by_label(re.compile(label))
    editor.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)
