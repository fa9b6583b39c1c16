"""Receipts do not pile up: they are forgotten after a day, and the oldest of too many before."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from promptwire.domain.receipts import KEPT_FOR, Receipt
from promptwire.ports.storage import Transaction
from promptwire.services import upkeep
from promptwire.storage.store import SqlStore
from support.make import AT


def carried_out(store: SqlStore, count: int) -> list[Receipt]:
    """Note requests of one subject, a second apart."""
    made = [
        Receipt(id=uuid4().hex, subject="api_key:1", fingerprint="f", created_at=AT + timedelta(seconds=at))
        for at in range(count)
    ]

    def claim(tx: Transaction) -> None:
        for one in made:
            tx.receipts.claim(one, AT)

    store.write_now(claim)
    return made


def known(store: SqlStore, made: list[Receipt]) -> list[bool]:
    return store.write_now(lambda tx: [tx.receipts.claim(one, AT) is not None for one in made])


def test_a_receipt_is_forgotten_after_a_day(store: SqlStore) -> None:
    made = carried_out(store, 3)
    assert store.write_now(lambda tx: upkeep.purge(tx, AT + KEPT_FOR + timedelta(seconds=1))) is False
    assert known(store, made) == [False, False, True]


def test_the_oldest_of_too_many_are_forgotten_batch_by_batch(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT_AT_MOST", 2)
    monkeypatch.setattr(upkeep, "BATCH", 2)
    made = carried_out(store, 5)
    assert store.write_now(lambda tx: upkeep.purge(tx, AT)) is True
    assert store.write_now(lambda tx: upkeep.purge(tx, AT)) is False
    assert known(store, made) == [False, False, False, True, True]
