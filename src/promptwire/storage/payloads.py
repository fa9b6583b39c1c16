"""Payloads in the store."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from sqlalchemy import Connection, delete, func, insert, select, update

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

    def newest(self, prompt_id: str, most: int, most_characters: int) -> Sequence[Payload]:
        """List a prompt's newest payloads, as many as there may be and as fit together."""
        sizes = select(payloads.c.id, func.length(payloads.c.variables).label("size"))
        of_prompt = sizes.where(payloads.c.prompt_id == prompt_id)
        found = self._connection.execute(newest_first(of_prompt, payloads, None).limit(most)).all()
        fitting = [
            row.id
            for row, used in zip(found, accumulate(row.size for row in found), strict=True)
            if used <= most_characters
        ]
        chosen = select(payloads).where(payloads.c.id.in_(fitting))
        return [to_payload(row) for row in self._connection.execute(newest_first(chosen, payloads, None))]

    def count(self, prompt_id: str) -> int:
        """Count a prompt's payloads."""
        return self._connection.execute(select(func.count()).where(payloads.c.prompt_id == prompt_id)).scalar_one()

    def insert(self, payload: Payload) -> None:
        """Add a payload."""
        self._connection.execute(insert(payloads).values(from_payload(payload)))

    def update(self, payload: Payload) -> None:
        """Write the fields of a payload that may change."""
        self._connection.execute(update(payloads).where(payloads.c.id == payload.id).values(from_payload(payload)))

    def delete(self, payload_id: str) -> None:
        """Remove a payload for good."""
        self._connection.execute(delete(payloads).where(payloads.c.id == payload_id))
