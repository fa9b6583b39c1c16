"""Receipts of requests that were carried out, and how their answers are kept secret."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from promptwire.domain.receipts import Receipt


class ReceiptRepository(Protocol):
    """Which requests were carried out in the last 24 hours."""

    def claim(self, receipt: Receipt, now: datetime) -> Receipt | None:
        """Note that a request is being carried out, unless it was; then give the receipt of that.

        Whoever comes with the same id meanwhile waits until this transaction ends.
        """
        ...

    def complete(self, receipt_id: str, answer: bytes) -> None:
        """Note the sealed answer."""
        ...

    def forget_answers(self) -> None:
        """Forget what was answered; that the requests were carried out stays known."""
        ...

    def purge(self, now: datetime, limit: int) -> int:
        """Forget receipts that have expired, so many at most; gives how many."""
        ...

    def trim(self, keep: int, limit: int) -> int:
        """Forget the oldest receipts of whoever has more than `keep`, so many at most; gives how many."""
        ...


class Seal(Protocol):
    """Closes a text so that only who knows the secret can read it."""

    def close(self, secret: str, text: bytes) -> bytes:
        """Give the sealed text."""
        ...

    def open(self, secret: str, sealed: bytes) -> bytes | None:
        """Give the text; None where it was closed with another secret."""
        ...
