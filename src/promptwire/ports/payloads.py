"""What the use cases ask of the store about payloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from promptwire.domain.pages import Cut, Moment
from promptwire.domain.payloads import Payload


class PayloadRepository(Protocol):
    """Payloads."""

    def get(self, payload_id: str) -> Payload | None:
        """Give a payload by id."""
        ...

    def of_prompt(self, prompt_id: str, cut: Cut[Moment] | None = None) -> Sequence[Payload]:
        """List a prompt's payloads, newest first; of a page, one more than its limit."""
        ...

    def newest(self, prompt_id: str, most: int, most_characters: int) -> Sequence[Payload]:
        """List a prompt's newest payloads, as many as there may be and as fit together."""
        ...

    def count(self, prompt_id: str) -> int:
        """Count a prompt's payloads."""
        ...

    def insert(self, payload: Payload) -> None:
        """Add a payload."""
        ...

    def update(self, payload: Payload) -> None:
        """Write the fields of a payload that may change."""
        ...

    def delete(self, payload_id: str) -> None:
        """Remove a payload for good."""
        ...
