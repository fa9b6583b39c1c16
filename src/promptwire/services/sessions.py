"""Sessions: sign in, sign out."""

from __future__ import annotations

from promptwire.domain.changes import INSTANCE
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act, Object, record


def end_all(tx: Transaction, act: Act, user_id: str) -> None:
    """End every session of a person."""
    for session_id in tx.sessions.delete_of_user(user_id):
        of, before = Object("session", session_id), {"user_id": user_id}
        record(tx, act, INSTANCE, "session.deleted", of=of, before=before)
