"""What is past is forgotten, a few rows at a time; what is not stays."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Table, func, insert, select

from promptwire.domain.keeping import Keeping
from promptwire.domain.receipts import KEPT_FOR, Receipt
from promptwire.ports.storage import Transaction
from promptwire.services import upkeep
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import codes, handovers, invitations, receipts, sessions, webhook_deliveries, webhooks
from support.filled import row
from support.make import AT
from support.started import started

PAGE = (Path(__file__).parents[2] / "docs/reference/retention.md").read_text(encoding="utf-8")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Give how many rows are forgotten at once: few."""
    monkeypatch.setattr(upkeep, "BATCH", 3)
    return 3


def forget(store: SqlStore, what: str, now: datetime = AT, keeping: Keeping | None = None) -> bool:
    return store.write_now(lambda tx: upkeep.forget(tx, what, now, keeping or Keeping()))


def count(store: SqlStore, table: Table) -> int:
    with store.engines.reader.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def put(store: SqlStore, table: Table, many: int, **values: object) -> None:
    with store.engines.writer.begin() as connection:
        for _ in range(many):
            connection.execute(insert(table).values(row(connection, table) | values))


@pytest.mark.parametrize(
    ("what", "table", "column", "age"),
    [
        ("sessions", sessions, "expires_at", timedelta(0)),
        ("codes", codes, "kept_until", timedelta(0)),
        ("invitations", invitations, "expires_at", timedelta(0)),
        ("handovers", handovers, "expires_at", timedelta(0)),
        ("receipts", receipts, "expires_at", timedelta(0)),
        ("deliveries", webhook_deliveries, "created_at", timedelta(days=7)),
    ],
)
def test_what_is_past_goes_a_few_rows_at_a_time(
    store: SqlStore, few: int, what: str, table: Table, column: str, age: timedelta
) -> None:
    started(store)
    keeping = Keeping(deliveries=timedelta(days=7))
    words = {"status": "delivered"} if table is webhook_deliveries else {}
    if table is webhook_deliveries:
        put(store, webhooks, 1)
    past, present = AT - age - timedelta(seconds=1), AT - age + timedelta(seconds=1)
    put(store, table, few + 1, **words, **{column: past})
    put(store, table, 2, **words, **{column: present})
    assert forget(store, what, keeping=keeping) is True
    assert count(store, table) == 3
    assert forget(store, what, keeping=keeping) is False
    assert count(store, table) == 2


def test_what_webhooks_wait_to_be_told_does_not_grow_old(store: SqlStore, few: int) -> None:
    started(store)
    put(store, webhooks, 1)
    put(store, webhook_deliveries, few, status="pending", created_at=AT - timedelta(days=400))
    assert forget(store, "deliveries") is False
    assert count(store, webhook_deliveries) == few


def test_everything_that_is_forgotten_is_documented() -> None:
    assert set(re.findall(r"^\| ([\w ]+) \|", PAGE, re.MULTILINE)) - {"what"} == set(upkeep.FORGETTING)


def carried_out(store: SqlStore, many: int) -> list[Receipt]:
    """Note requests of one subject, a second apart."""
    made = [
        Receipt(id=uuid4().hex, subject="api_key:1", fingerprint="f", created_at=AT + timedelta(seconds=at))
        for at in range(many)
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
    assert forget(store, "receipts", AT + KEPT_FOR + timedelta(seconds=1)) is False
    assert known(store, made) == [False, False, True]


def test_the_oldest_of_too_many_are_forgotten_batch_by_batch(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT_AT_MOST", 2)
    monkeypatch.setattr(upkeep, "BATCH", 2)
    made = carried_out(store, 5)
    assert forget(store, "receipts of one subject") is True
    assert forget(store, "receipts of one subject") is False
    assert known(store, made) == [False, False, False, True, True]
