"""Forgetting what is past, all kinds of it in one turn."""

from __future__ import annotations

from datetime import datetime

from promptwire.domain.keeping import Keeping
from promptwire.ports.storage import Transaction
from promptwire.services import upkeep


def forget_all(tx: Transaction, now: datetime, keeping: Keeping) -> bool:
    """Forget some of everything that is past; tells whether there may be more."""
    more = [what for what in upkeep.FORGETTING if upkeep.forget(tx, what, now, keeping)]
    return bool(more)
