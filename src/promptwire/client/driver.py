"""What every driver of the core has: an office to work with, and a word about itself."""

from __future__ import annotations

from promptwire.client.errors import UnavailableError
from promptwire.client.fallbacks import Fallback, fallback_prompt
from promptwire.client.office import Office
from promptwire.client.prompt import Prompt
from promptwire.client.protocol import about, no_answer
from promptwire.client.reference import Reference
from promptwire.client.report import Explanation, Status, explain, status_of


class Driver:
    """The base of both drivers: the thread (`fetcher`), and whoever reads (`inline`)."""

    def __init__(self, office: Office) -> None:
        self.office: Office = office

    @property
    def closed(self) -> bool:
        """Whether nothing is asked any more."""
        return self.office.closed

    def status(self) -> Status:
        """Say how the client does."""
        return status_of(self.office, closed=self.closed)

    def explain(self, reference: Reference) -> Explanation:
        """Say what a read of a reference would give, and why."""
        return explain(self.office, reference, closed=self.closed)

    def fallback(self, reference: Reference, fallback: Fallback) -> Prompt:
        """Make a prompt of what the caller falls back on."""
        return fallback_prompt(reference, fallback, self.office.book, strict=self.office.settings.strict)

    def late(self, reference: Reference) -> UnavailableError:
        """Give the error of a caller who has waited long enough."""
        seconds = self.office.settings.timeout
        cause = no_answer(self.office.site, f"gave no answer within {seconds:g} s", slow=True)
        return UnavailableError(str(about(reference, cause)), slow=True)
