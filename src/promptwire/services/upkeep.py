"""What is past and nobody asks for any more: sessions, codes, receipts, what webhooks were told, long past use.

These are no changes for the log: what has expired means nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from promptwire.domain import processes, webhooks
from promptwire.domain.keeping import Keeping
from promptwire.domain.receipts import KEPT_AT_MOST
from promptwire.ports.storage import Transaction

BATCH = 500
"""How many rows are forgotten in one transaction, so that nobody waits long for it."""

Forget: TypeAlias = Callable[[Transaction, datetime, Keeping, int], int]
"""Forgets what is past now, so many rows at most, and gives how many those were."""

FORGETTING: Mapping[str, Forget] = {
    "sessions": lambda tx, now, _, most: tx.sessions.purge(now, most),
    "codes": lambda tx, now, _, most: tx.codes.purge(now, most),
    "invitations": lambda tx, now, _, most: tx.invitations.purge(now, most),
    "handovers": lambda tx, now, _, most: tx.identities.purge(now, most),
    "receipts": lambda tx, now, _, most: tx.receipts.purge(now, most),
    "receipts of one subject": lambda tx, _, __, most: tx.receipts.trim(KEPT_AT_MOST, most),
    "deliveries": lambda tx, now, keeping, most: tx.webhook_deliveries.purge(now - keeping.deliveries, most),
    "deliveries of one webhook": lambda tx, _, __, most: tx.webhook_deliveries.trim(webhooks.KEPT_AT_MOST, most),
    "use by hour and day": lambda tx, now, keeping, most: tx.use.purge(now - keeping.use, most),
    "processes": lambda tx, now, _, most: tx.processes.purge(now - processes.KEPT_FOR, most),
    "scores": lambda tx, now, keeping, most: tx.scores.purge(now - keeping.scores, most),
}
"""What is forgotten, by name, each in transactions of its own. Whatever is stored and is no change has its place here,
and a row in docs/reference/retention.md."""


def forget(tx: Transaction, what: str, now: datetime, keeping: Keeping) -> bool:
    """Forget some of what is past; tells whether there may be more of it."""
    return FORGETTING[what](tx, now, keeping, BATCH) >= BATCH
