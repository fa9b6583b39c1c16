"""Telling webhooks: what one is told next, and what became of it, each in one unit of work with how far it is.

Only who holds the lease does this. A change is taken from the log by the same transaction that moves the webhook's
cursor over it, so each is taken once; what was taken and not answered is tried again by whoever comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from promptwire.domain.changes import Entry, Query, Scope
from promptwire.domain.events import matches
from promptwire.domain.leases import Lease
from promptwire.domain.webhooks import (
    GONE,
    Attempt,
    DeliveryStatus,
    Ended,
    Outcome,
    Patience,
    Webhook,
    WebhookDelivery,
    delivery_id,
)
from promptwire.ports.storage import Transaction
from promptwire.services import webhooks
from promptwire.services.calls import Act

LEASE = "webhooks"
"""What only one server process does at a time."""
_LOOK_AT = 100
"""Changes that are looked at in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to tell a webhook now."""

    webhook: Webhook
    delivery: WebhookDelivery
    entry: Entry | None
    """None for a test call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a job."""

    job: Job
    at: datetime
    """When it was begun."""
    outcome: Outcome
    luck: float
    """0 to 1: how much sooner or later than the next failing one this is tried again."""


def begin(tx: Transaction, lease: Lease, webhook_id: str, now: datetime) -> Job | None:
    """Give what to tell a webhook now; None where there is nothing, or the lease is somebody else's."""
    webhook = tx.webhooks.lock(webhook_id) if _is_held(tx, lease) else None
    if webhook is None:
        return None
    delivery = tx.webhook_deliveries.due(webhook.id, now, tests_only=not webhook.enabled)
    if delivery is None and webhook.enabled and not tx.webhook_deliveries.waits(webhook.id):
        delivery = _next(tx, webhook, now)
    if delivery is None:
        return None
    return Job(webhook=webhook, delivery=delivery, entry=_entry(tx, webhook, delivery))


def finish(tx: Transaction, lease: Lease, done: Done, *, patience: Patience, act: Act) -> None:
    """Note what came of a job, unless the lease is somebody else's, who does it again."""
    webhook = tx.webhooks.lock(done.job.webhook.id) if _is_held(tx, lease) else None
    delivery = tx.webhook_deliveries.get(done.job.delivery.id) if webhook else None
    if webhook is None or delivery is None:
        return
    attempt = Attempt(delivery_id=delivery.id, number=delivery.attempts + 1, at=done.at, outcome=done.outcome)
    counted = replace(delivery, attempts=attempt.number, tries=delivery.tries + 1)
    if delivery.revision is not None and delivery.status is DeliveryStatus.PENDING:
        webhook = _judged(tx, webhook, done, patience=patience, act=act)
    tx.webhook_deliveries.put(_settled(counted, done, patience, act.now, gone=webhook.ended is Ended.GONE))
    tx.webhook_deliveries.insert_attempt(attempt)


def _is_held(tx: Transaction, lease: Lease) -> bool:
    return tx.leases.hold(lease.name).holder == lease.holder


def _next(tx: Transaction, webhook: Webhook, now: datetime) -> WebhookDelivery | None:
    """Take the next change that a webhook is told of from the log."""
    scope = str(Scope("org", webhook.org_id))
    entries = tx.changes.of_scope_onward(scope, Query(limit=_LOOK_AT, after=webhook.cursor))
    wanted = next((entry for entry in entries if matches(webhook.events, entry.change.action)), None)
    if not entries:
        return None
    tx.webhooks.update(replace(webhook, cursor=(wanted or entries[-1]).revision))
    if wanted is None:
        return None
    delivery = WebhookDelivery(
        id=delivery_id(webhook.id, wanted),
        webhook_id=webhook.id,
        event=wanted.change.action,
        revision=wanted.revision,
        created_at=now,
        next_at=now,
    )
    tx.webhook_deliveries.put(delivery)
    return delivery


def _entry(tx: Transaction, webhook: Webhook, delivery: WebhookDelivery) -> Entry | None:
    if delivery.revision is None:
        return None
    query = Query(limit=1, after=delivery.revision - 1)
    found: Sequence[Entry] = tx.changes.of_scope_onward(str(Scope("org", webhook.org_id)), query)
    return found[0]


def _judged(tx: Transaction, webhook: Webhook, done: Done, *, patience: Patience, act: Act) -> Webhook:
    """Note whether an endpoint works, and give it up where it has done nothing but fail for long."""
    since = None if done.outcome.is_success else webhook.failing_since or done.at
    judged = replace(webhook, failing_since=since)
    if judged != webhook:
        tx.webhooks.update(judged)
    if done.outcome.status == GONE:
        return webhooks.disable(tx, act, judged, Ended.GONE)
    if since and act.now - since >= patience.give_up_after:
        return webhooks.disable(tx, act, judged, Ended.FAILING)
    return judged


def _settled(
    delivery: WebhookDelivery, done: Done, patience: Patience, now: datetime, *, gone: bool
) -> WebhookDelivery:
    """Say what becomes of a delivery after an attempt; one to an endpoint that is gone waits until it is enabled."""
    if delivery.status is not DeliveryStatus.PENDING:
        return delivery
    if done.outcome.is_success:
        return replace(delivery, status=DeliveryStatus.DELIVERED, next_at=None)
    is_test = delivery.revision is None
    if gone and not is_test:
        return replace(delivery, tries=0, next_at=now)
    wait = None if is_test else patience.wait(delivery.tries, done.luck)
    if wait is None:
        return replace(delivery, status=DeliveryStatus.PARKED, next_at=None)
    return replace(delivery, next_at=now + wait)
