"""Accounts, as the operator sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import NotFound
from promptwire.server.local import operator
from promptwire.services import accounts, sessions
from promptwire.storage.store import SqlStore
from support.started import PRESET, actions, started

HOUR = timedelta(hours=1)


def test_a_reset_password_ends_every_session(store: SqlStore) -> None:
    made = started(store)
    call = operator().call
    tokens = [
        store.write_now(lambda tx: sessions.begin(tx, call, PRESET.email, "hash", lifetime=HOUR).token) for _ in "12"
    ]
    user = store.write_now(lambda tx: accounts.reset_password(tx, operator(), "ROOT@example.com", "new hash"))
    assert user == made.user
    assert store.read_now(lambda tx: tx.users.password_hash(made.user.id)) == "new hash"
    assert store.read_now(lambda tx: [tx.sessions.by_hash(token_hash(token)) for token in tokens]) == [None, None]
    assert actions(store, "instance")[-3:] == ["user.password_reset", "session.deleted", "session.deleted"]


def test_nobodys_password_cannot_be_reset(store: SqlStore) -> None:
    started(store)
    before = actions(store, "instance")
    with pytest.raises(NotFound, match="user not found"):
        store.write_now(lambda tx: accounts.reset_password(tx, operator(), "nobody@example.com", "new hash"))
    assert actions(store, "instance") == before
