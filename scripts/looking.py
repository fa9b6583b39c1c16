"""What is expected of a page, asked again soon: Playwright's own pauses grow to a second, and pages are quicker."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast, overload

from playwright.sync_api import Locator, Page
from playwright.sync_api import expect as ask
from playwright.sync_api._generated import LocatorAssertions, PageAssertions  # exported nowhere else

WITHIN = 20_000  # milliseconds; machines may be busy
PAUSE = 40  # milliseconds


@overload
def expect(subject: Page) -> PageAssertions: ...
@overload
def expect(subject: Locator) -> LocatorAssertions: ...
def expect(subject: Page | Locator) -> PageAssertions | LocatorAssertions:
    """Give what can be said of a page, or of a part of it: true at once, or before the deadline, or an error."""
    if isinstance(subject, Page):
        return cast("PageAssertions", _Patient(ask(subject), subject))
    return cast("LocatorAssertions", _Patient(ask(subject), subject.page))


class _Patient:
    """Playwright's assertions, each asked until it holds."""

    def __init__(self, assertions: PageAssertions | LocatorAssertions, page: Page) -> None:
        self._assertions = assertions
        self._page = page

    def __getattr__(self, name: str) -> Callable[..., None]:
        holds = getattr(self._assertions, name)

        def until(*expected: object, timeout: float = WITHIN, **how: object) -> None:
            deadline = time.monotonic() + timeout / 1000
            while True:
                try:
                    holds(*expected, timeout=1, **how)  # asked once, however short that is
                except AssertionError as error:
                    if time.monotonic() > deadline:
                        error.add_note(f"asked again and again for {timeout} ms")
                        raise
                    self._page.wait_for_timeout(PAUSE)
                else:
                    return

        return until
