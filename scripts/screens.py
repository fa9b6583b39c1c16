"""Every screen of the web interface, and how to come to it: for pictures, and for tests that look at every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page
from scripts.looking import expect
from scripts.sample import ADA, Sample


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A screen: where it is, when it is there, and what is done there first."""

    name: str
    path: str
    shows: str
    """A text that is there when the page is."""
    prepare: Callable[[Page], None] = lambda _: None
    height: int = 700
    """Of its picture, in pixels."""
    is_outside: bool = False
    """Whether it is shown to who is not signed in."""

    def open(self, page: Page, sample: Sample) -> None:
        """Come to the screen, and wait until all of it is there."""
        page.goto(self.path.format(org=sample.org, team=sample.team, **sample.names))
        expect(page.get_by_text(re.compile(self.shows)).first).to_be_visible()
        self.prepare(page)
        expect(page.get_by_label("Loading")).to_have_count(0)


def _payload(page: Page) -> None:
    page.get_by_role("combobox", name="Saved payload").click()
    page.get_by_role("option", name="A known order").click()
    expect(page.get_by_test_id("rendered")).to_contain_text("It is insured.")


def _move(page: Page) -> None:
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_role("dialog")).to_contain_text("approval of others")


def _new_key(page: Page) -> None:
    page.get_by_role("button", name="New API key").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _policy(page: Page) -> None:
    page.get_by_role("button", name="Change production").click()
    expect(page.get_by_role("dialog")).to_contain_text("may approve")


PROMPT = "/teams/{team}/prompts/{slug}"
SETTINGS, ORG = "/teams/{team}/settings", "/orgs/{org}"
SCREENS = (
    Screen(name="sign-in", path="/", shows="First time here", is_outside=True),
    Screen(name="register", path="/register#email=margaret%40acme.example", shows="Invitation code", is_outside=True),
    Screen(name="forgotten", path="/forgotten", shows="Send me a code", is_outside=True),
    Screen(name="welcome", path="/welcome", shows="Give an application a key"),
    Screen(name="prompts", path="/teams/{team}", shows="Greeting"),
    Screen(name="prompt", path=f"{PROMPT}?version=3", shows="Version 3", prepare=_payload, height=1180),
    Screen(name="chat", path="/teams/{team}/prompts/{chat}?version=1", shows="Version 1", height=1000),
    Screen(name="compare", path=f"{PROMPT}?version=3&tab=compare&from=2", shows="in front of me", height=820),
    Screen(name="history", path=f"{PROMPT}?version=3&tab=history", shows="customers asked which shop it is"),
    Screen(name="use", path=f"{PROMPT}?version=3&tab=use", shows="helpful", height=1300),
    Screen(name="team-use", path="/teams/{team}/use", shows="Most used"),
    Screen(name="connect", path=f"{PROMPT}?version=3&tab=connect", shows="pip install promptwire"),
    Screen(name="move", path=f"{PROMPT}?version=3", shows="Version 3", prepare=_move),
    Screen(name="change-requests", path="/teams/{team}/requests", shows="says what is known of the order"),
    Screen(name="change-request", path="/teams/{team}/requests/{request}", shows="support has read it"),
    Screen(name="audit-log", path="/teams/{team}/audit", shows="protected label set"),
    Screen(name="members", path=SETTINGS, shows="grace@acme.example"),
    Screen(name="join-requests", path="/inbox", shows="grace@acme.example"),
    Screen(name="protected-labels", path=f"{SETTINGS}?tab=labels", shows="1 approval"),
    Screen(name="policy", path=f"{SETTINGS}?tab=labels", shows="1 approval", prepare=_policy),
    Screen(name="team", path=f"{SETTINGS}?tab=team", shows="Before a version goes live"),
    Screen(name="people", path=ORG, shows="margaret@acme.example"),
    Screen(name="teams", path=f"{ORG}?tab=teams", shows="Checkout"),
    Screen(name="api-keys", path=f"{ORG}?tab=keys", shows="shop-production"),
    Screen(name="new-api-key", path="/dashboard/api-keys", shows="shop-production", prepare=_new_key),
    Screen(name="webhooks", path=f"{ORG}?tab=webhooks", shows="chat of the team"),
    Screen(name="webhook", path=f"{ORG}/webhooks/{{webhook}}?delivery={{delivery}}", shows="Attempt 1"),
    Screen(name="organization", path=f"{ORG}?tab=organization", shows="Name of the organization"),
    Screen(name="instance", path="/instance", shows="PROMPTWIRE_PUBLIC_URL"),
    Screen(name="instance-people", path="/instance?tab=people", shows="administrator of this instance"),
    Screen(name="account", path="/account", shows="Where you are signed in"),
)


def sign_in(page: Page, password: str, email: str = ADA) -> None:
    """Sign in, for every screen that is not outside."""
    page.goto("/account")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
