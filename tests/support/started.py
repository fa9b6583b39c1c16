"""A store after its first start, and what its log says."""

from __future__ import annotations

from promptwire.domain.changes import Query
from promptwire.domain.credentials import ApiKey, token_hash
from promptwire.server.local import operator
from promptwire.services import bootstrap
from promptwire.services.bootstrap import FirstCredentials, FirstStart
from promptwire.storage.store import SqlStore

PRESET = FirstCredentials(email="root@example.com", password="Correct-Horse-1", key="a-key-of-my-own-choice")


def start(store: SqlStore, first: FirstCredentials = PRESET, hashed: str = "hash") -> FirstStart | None:
    """Start a store; None where somebody is there."""
    return store.write_now(lambda tx: bootstrap.start(tx, operator(), first, hashed))


def started(store: SqlStore, hashed: str = "hash") -> FirstStart:
    """Start an empty store."""
    made = start(store, hashed=hashed)
    assert made
    return made


def actions(store: SqlStore, scope: str) -> list[str]:
    """List the actions in a scope, oldest first."""
    entries = store.read_now(lambda tx: tx.changes.of_scope(scope, Query(limit=100)))
    return [entry.change.action for entry in reversed(entries)]


def key_of(store: SqlStore, secret: str) -> ApiKey:
    """Give the key of a secret."""
    key = store.read_now(lambda tx: tx.keys.by_hash(token_hash(secret)))
    assert key
    return key
