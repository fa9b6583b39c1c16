"""What is past and nobody asks for any more: sessions, codes and invitations that have expired."""

from __future__ import annotations

from datetime import datetime

from promptwire.ports.storage import Transaction

BATCH = 500
"""How many of each are forgotten in one transaction, so that nobody waits long for it."""


def purge(tx: Transaction, now: datetime) -> bool:
    """Forget what has expired, some of it; tells whether there may be more.

    These are no changes for the log: what has expired means nothing any more.
    """
    counts = [one.purge(now, BATCH) for one in (tx.sessions, tx.codes, tx.invitations)]
    return max(counts) >= BATCH
