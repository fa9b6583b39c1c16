"""What becomes of a store that goes on somewhere else, or from where it was some time ago."""

from __future__ import annotations

from promptwire.domain.changes import INSTANCE
from promptwire.domain.errors import InvalidInput
from promptwire.ports.feed import Position
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act, Object, new_id, record


def restored(tx: Transaction, act: Act) -> str:
    """Let everybody who follows the store start over, and the log say that it went back; gives the new epoch.

    Clients may have been told of changes that are not there any more, whose numbers will be used again.
    """
    before, after = tx.changes.head().epoch, new_id()
    tx.changes.renew_epoch(after)
    record(tx, act, INSTANCE, "store.restored", of=Object("store", after), before={"id": before}, after={"id": after})
    return after


def moved(tx: Transaction, source: Position) -> None:
    """Let everybody who follows the store start over at the place to which it was copied.

    The old place can go on counting, so what is behind a cursor may not be the same in both. The log does not tell.

    Raises:
        InvalidInput: When the source has been written to since it was copied.
    """
    copied = tx.changes.head()
    if copied != source:
        raise InvalidInput(
            f"{source.seq - copied.seq} changes came while the store was copied: stop its servers first; "
            "applications go on from memory meanwhile",
            "from",
        )
    tx.changes.renew_epoch(new_id())
