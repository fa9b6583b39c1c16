"""What is past and nobody asks for any more: sessions, codes, receipts, what webhooks were told, long past use."""

from __future__ import annotations

from datetime import datetime

from promptwire.domain import processes, webhooks
from promptwire.domain.receipts import KEPT_AT_MOST
from promptwire.domain.use import Keeping
from promptwire.ports.storage import Transaction

BATCH = 500
"""How many of each are forgotten in one transaction, so that nobody waits long for it."""


_KEEPING = Keeping()


def purge(tx: Transaction, now: datetime, keeping: Keeping = _KEEPING) -> bool:
    """Forget what has expired, some of it; tells whether there may be more.

    These are no changes for the log: what has expired means nothing any more.
    """
    counts = [one.purge(now, BATCH) for one in (tx.sessions, tx.codes, tx.invitations, tx.receipts)]
    counts.append(tx.receipts.trim(KEPT_AT_MOST, BATCH))
    counts.append(tx.webhook_deliveries.purge(now - webhooks.KEPT_FOR, BATCH))
    counts.append(tx.webhook_deliveries.trim(webhooks.KEPT_AT_MOST, BATCH))
    counts.append(tx.use.purge(now - keeping.use, BATCH))
    counts.append(tx.processes.purge(now - processes.KEPT_FOR, BATCH))
    counts.append(tx.scores.purge(now - keeping.scores, BATCH))
    return max(counts) >= BATCH
