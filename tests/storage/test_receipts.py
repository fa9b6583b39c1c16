"""A receipt is claimed once, waits for whoever claims it too, and is forgotten in time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest

from promptwire.domain.receipts import KEPT_FOR, Receipt
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction
from support.make import AT


def receipt(subject: str = "user:1", **fields: object) -> Receipt:
    given = {"id": uuid4().hex, "subject": subject, "fingerprint": "f", "created_at": AT}
    return Receipt(**{**given, **fields})  # type: ignore[arg-type]


def test_the_first_claims_it_and_the_second_is_given_it(write: Transaction) -> None:
    one = receipt()
    assert write.receipts.claim(one, AT) is None
    write.receipts.complete(one.id, b"\0sealed")
    again = replace(one, fingerprint="g", created_at=AT + KEPT_FOR - timedelta(seconds=1))
    assert write.receipts.claim(again, again.created_at) == replace(one, answer=b"\0sealed")


def test_one_that_has_expired_is_claimed_anew(write: Transaction) -> None:
    one = receipt(answer=b"sealed")
    write.receipts.claim(one, AT)
    again = replace(one, fingerprint="g", answer=None, created_at=AT + KEPT_FOR)
    assert write.receipts.claim(again, again.created_at) is None
    assert write.receipts.claim(one, AT) == again


@pytest.mark.parametrize("succeeds", [True, False])
def test_who_claims_it_meanwhile_waits_for_the_end(store: SqlStore, *, succeeds: bool) -> None:
    one = receipt()
    claimed = Event()

    def carry_out(tx: SqlTransaction) -> None:
        assert tx.receipts.claim(one, AT) is None
        claimed.set()
        tx.receipts.complete(one.id, b"first")
        if not succeeds:
            raise LookupError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.write_now, carry_out)
        claimed.wait(10)
        second = pool.submit(store.write_now, lambda tx: tx.receipts.claim(one, AT))
        assert isinstance(first.exception(), LookupError) is not succeeds
        assert second.result() == (replace(one, answer=b"first") if succeeds else None)


def test_what_has_expired_is_forgotten_and_nothing_else(write: Transaction) -> None:
    old, new = receipt(), receipt(created_at=AT + timedelta(seconds=1))
    for each in (old, new):
        write.receipts.claim(each, AT)
    assert write.receipts.purge(AT + KEPT_FOR, 10) == 1
    assert write.receipts.claim(replace(old, fingerprint="g"), AT) is None
    assert write.receipts.claim(new, AT) == new


def test_the_oldest_of_too_many_are_forgotten(write: Transaction) -> None:
    many = [receipt(created_at=AT + timedelta(seconds=at)) for at in range(5)]
    other = receipt("user:2")
    for each in (*many, other):
        write.receipts.claim(each, AT)
    assert write.receipts.trim(5, 10) == 0
    assert write.receipts.trim(2, 2) == 2
    assert write.receipts.trim(2, 2) == 1
    kept = [each for each in (*many, other) if write.receipts.claim(each, AT) is not None]
    assert kept == [*many[3:], other]
