"""Webhooks in the store: who holds the lease, what is taken once, what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from promptwire.domain.changes import Query, Scope
from promptwire.domain.leases import Lease
from promptwire.domain.subjects import OperatorSubject
from promptwire.domain.webhooks import Attempt, DeliveryStatus, Ended, Outcome, Patience, Webhook
from promptwire.ports.storage import Transaction
from promptwire.services import dispatch
from promptwire.services.calls import Act, Call
from promptwire.services.dispatch import Done, Job
from promptwire.storage.store import SqlStore
from support import make
from support.make import Ground

AT = datetime(2026, 3, 14, 9, tzinfo=UTC)
MINE = Lease("webhooks", "me")
PATIENCE = Patience(waits=(10.0,), give_up_after=timedelta(days=5))
OK, BAD = Outcome(milliseconds=1, status=200), Outcome(milliseconds=1, status=500)


@pytest.fixture
def webhook(ground: Ground, write: Transaction) -> Webhook:
    webhook = make.webhook(ground.org.id, events=("label.*",), ended=None, created_at=AT, updated_at=AT)
    write.webhooks.insert(webhook)
    assert write.leases.take(Lease("webhooks"), "me")
    return webhook


def happens(store: SqlStore, webhook: Webhook, *actions: str) -> None:
    scope = Scope("org", webhook.org_id)
    for action in actions:
        store.write_now(lambda tx, action=action: tx.record(replace(make.change(scope), action=action)))  # type: ignore[misc]


def begin(store: SqlStore, webhook: Webhook, at: datetime = AT, lease: Lease = MINE) -> Job | None:
    return store.write_now(lambda tx: dispatch.begin(tx, lease, webhook.id, at))


def finish(store: SqlStore, job: Job, outcome: Outcome, at: datetime = AT, lease: Lease = MINE) -> None:
    act = Act(OperatorSubject(), Call(token=None, request_id="r", now=at))
    done = Done(job=job, at=at, outcome=outcome, luck=0.5)
    store.write_now(lambda tx: dispatch.finish(tx, lease, done, patience=PATIENCE, act=act))


def test_a_lease_is_taken_by_one_of_those_who_saw_it(write: Transaction, read: Transaction) -> None:
    unknown = read.leases.get("webhooks")
    assert unknown == Lease("webhooks", "", 0)
    assert write.leases.take(unknown, "a")
    assert not write.leases.take(unknown, "b")
    seen = read.leases.get("webhooks")
    assert (seen.holder, seen.beat) == ("a", 1)
    assert write.leases.take(seen, "b")
    assert not write.leases.take(seen, "a")
    assert read.leases.get("webhooks") == Lease("webhooks", "b", 2)


def test_a_change_is_taken_once_and_what_does_not_match_is_passed_over(store: SqlStore, webhook: Webhook) -> None:
    happens(store, webhook, "prompt.created", "label.set", "prompt.updated", "label.moved")
    job = begin(store, webhook)
    assert job
    assert job.entry
    assert (job.delivery.event, job.delivery.revision, job.entry.revision) == ("label.set", 2, 2)
    assert begin(store, webhook) == replace(job, webhook=replace(webhook, cursor=2))
    finish(store, job, OK)
    second = begin(store, webhook)
    assert second
    assert (second.delivery.event, second.delivery.revision) == ("label.moved", 4)
    assert second.delivery.id != job.delivery.id
    finish(store, second, OK)
    assert begin(store, webhook) is None


def test_the_next_change_waits_until_one_is_delivered_or_parked(store: SqlStore, webhook: Webhook) -> None:
    happens(store, webhook, "label.set", "label.moved")
    job = begin(store, webhook)
    assert job
    finish(store, job, BAD)
    assert begin(store, webhook, AT + timedelta(seconds=9)) is None
    again = begin(store, webhook, AT + timedelta(seconds=11))
    assert again
    assert again.delivery.id == job.delivery.id
    finish(store, again, BAD, AT + timedelta(seconds=11))
    parked = store.read_now(lambda tx: tx.webhook_deliveries.get(job.delivery.id))
    assert parked
    assert (parked.status, parked.attempts, parked.next_at) == (DeliveryStatus.PARKED, 2, None)
    following = begin(store, webhook, AT + timedelta(seconds=11))
    assert following
    assert following.delivery.event == "label.moved"


def test_who_has_lost_the_lease_takes_and_notes_nothing(store: SqlStore, webhook: Webhook) -> None:
    happens(store, webhook, "label.set")
    job = begin(store, webhook)
    assert job
    store.write_now(lambda tx: tx.leases.take(tx.leases.get("webhooks"), "another"))
    assert begin(store, webhook) is None
    finish(store, job, OK)
    delivery = store.read_now(lambda tx: tx.webhook_deliveries.get(job.delivery.id))
    assert delivery == job.delivery
    assert begin(store, webhook, lease=Lease("webhooks", "another"))


def test_there_is_work_where_something_is_due_or_new(store: SqlStore, webhook: Webhook, read: Transaction) -> None:
    here = [(webhook.id, webhook.org_id)]
    assert list(read.webhooks.work(AT, 10).webhooks) == []
    happens(store, webhook, "label.set", "label.set")
    assert list(read.webhooks.work(AT, 10).webhooks) == here
    job = begin(store, webhook)
    assert job
    assert list(read.webhooks.work(AT, 10).webhooks) == here
    finish(store, job, BAD)
    work = read.webhooks.work(AT, 10)
    assert (work.any, list(work.webhooks), work.next_at) == (True, [], AT + timedelta(seconds=10))
    assert list(read.webhooks.work(AT + timedelta(seconds=10), 10).webhooks) == here
    store.write_now(lambda tx: tx.webhooks.update(replace(webhook, ended=Ended.USER)))
    assert list(read.webhooks.work(AT + timedelta(seconds=10), 10).webhooks) == []


def test_without_webhooks_there_is_nothing_to_do(read: Transaction) -> None:
    assert not read.webhooks.work(AT, 10).any


def test_days_of_failures_disable_a_webhook_and_one_success_makes_them_forgotten(
    store: SqlStore, webhook: Webhook, read: Transaction
) -> None:
    happens(store, webhook, "label.set", "label.set", "label.set")

    def tell(outcome: Outcome, days: float) -> Webhook:
        at = AT + timedelta(days=days)
        job = begin(store, webhook, at)
        assert job
        finish(store, job, outcome, at)
        found = read.webhooks.get(webhook.id)
        assert found
        return found

    assert tell(BAD, 0).failing_since == AT
    assert tell(BAD, 4.9).enabled
    assert tell(OK, 4.95).failing_since is None
    assert tell(BAD, 5).enabled
    disabled = tell(BAD, 10)
    assert disabled.ended is Ended.FAILING
    last = read.changes.of_scope_onward(f"org:{webhook.org_id}", Query(limit=10, after=3))
    assert [entry.change.action for entry in last] == ["webhook.disabled"]


def test_what_is_over_is_forgotten_with_its_attempts_and_what_is_to_come_is_not(
    write: Transaction, read: Transaction, webhook: Webhook
) -> None:
    for days, status in ((40, "delivered"), (40, "pending"), (35, "parked"), (1, "delivered"), (2, "delivered")):
        created = AT - timedelta(days=days)
        given = {"id": f"{days} {status}", "status": DeliveryStatus(status), "created_at": created}
        delivery = make.webhook_delivery(webhook.id, **given)
        write.webhook_deliveries.put(delivery)
        write.webhook_deliveries.insert_attempt(Attempt(delivery_id=delivery.id, number=1, at=AT, outcome=OK))
    month = AT - timedelta(days=30)
    assert write.webhook_deliveries.purge(month, 1) == 1
    assert write.webhook_deliveries.purge(month, 10) == 1
    assert write.webhook_deliveries.purge(month, 10) == 0
    left = read.webhook_deliveries.of_webhook(webhook.id, None, None)
    assert [one.id for one in left] == ["1 delivered", "2 delivered", "40 pending"]
    assert read.webhook_deliveries.attempts("40 delivered") == []
    assert write.webhook_deliveries.trim(1, 10) == 1
    left = read.webhook_deliveries.of_webhook(webhook.id, None, None)
    assert [one.id for one in left] == ["1 delivered", "40 pending"]


def test_a_webhook_goes_with_all_that_it_was_told(store: SqlStore, webhook: Webhook, read: Transaction) -> None:
    happens(store, webhook, "label.set")
    job = begin(store, webhook)
    assert job
    store.write_now(lambda tx: tx.webhooks.delete(webhook.id))
    assert read.webhook_deliveries.get(job.delivery.id) is None
    finish(store, job, OK)
    assert read.webhook_deliveries.attempts(job.delivery.id) == []


def test_a_test_call_is_tried_once_whatever_has_become_of_the_webhook(store: SqlStore, webhook: Webhook) -> None:
    gone = replace(webhook, ended=Ended.GONE)
    call = make.webhook_delivery(webhook.id, event="test", revision=None, status=DeliveryStatus.PENDING, next_at=AT)
    store.write_now(lambda tx: tx.webhooks.update(gone))
    store.write_now(lambda tx: tx.webhook_deliveries.put(call))
    job = begin(store, webhook)
    assert job
    assert job.delivery == call
    finish(store, job, Outcome(milliseconds=1, status=410))
    ended = store.read_now(lambda tx: tx.webhook_deliveries.get(call.id))
    assert ended
    assert (ended.status, ended.attempts) == (DeliveryStatus.PARKED, 1)
    assert begin(store, webhook) is None
