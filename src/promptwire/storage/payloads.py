"""Payloads in the store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from promptwire.domain.pages import Cut, Moment
from promptwire.domain.payloads import Payload
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import from_payload, to_payload
from promptwire.storage.tables import payloads


class Payloads:
    """Payloads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, payload_id: str) -> Payload | None:
        """Give a payload by id."""
        row = self._connection.execute(select(payloads).where(payloads.c.id == payload_id)).one_or_none()
        return to_payload(row) if row else None

    def of_prompt(self, prompt_id: str, cut: Cut[Moment] | None = None) -> Sequence[Payload]:
        """List a prompt's payloads, newest first; of a page, one more than its limit."""
        statement = newest_first(select(payloads).where(payloads.c.prompt_id == prompt_id), payloads, cut)
        return [to_payload(row) for row in self._connection.execute(statement)]

    def insert(self, payload: Payload) -> None:
        """Add a payload."""
        self._connection.execute(insert(payloads).values(from_payload(payload)))

    def update(self, payload: Payload) -> None:
        """Write the fields of a payload that may change."""
        self._connection.execute(update(payloads).where(payloads.c.id == payload.id).values(from_payload(payload)))

    def delete(self, payload_id: str) -> None:
        """Remove a payload for good."""
        self._connection.execute(delete(payloads).where(payloads.c.id == payload_id))
