"""What webhooks were told: the log of it, redelivery, and test calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.errors import NotFound
from promptwire.domain.events import TEST
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.webhooks import Attempt, DeliveryStatus, WebhookDelivery
from promptwire.ports.storage import Transaction
from promptwire.services import webhooks
from promptwire.services.calls import Act, Input, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which deliveries of a webhook to list."""

    status: DeliveryStatus | None
    cut: Cut[Moment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A delivery with its attempts."""

    delivery: WebhookDelivery
    attempts: Sequence[Attempt]


def of_webhook(
    tx: Transaction, act: Act, org_id: str, webhook_id: str, *, read: Input[Asked]
) -> Page[WebhookDelivery, Moment]:
    """List what a webhook was told, newest first; needs who may read the change log of its organization.

    Raises:
        Forbidden, NotFound, InvalidInput: As their names say.
    """
    webhook = webhooks.get(tx, act, org_id, webhook_id)
    asked = read()
    return Page.of(tx.webhook_deliveries.of_webhook(webhook.id, asked.status, asked.cut), asked.cut, moment_of)


def get(tx: Transaction, act: Act, org_id: str, webhook_id: str, *, delivery_id: str) -> Told:
    """Give a delivery with its attempts; needs who may read the change log of the organization.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    webhook = webhooks.get(tx, act, org_id, webhook_id)
    delivery = _of(tx.webhook_deliveries.get(delivery_id), webhook.id)
    return Told(delivery=delivery, attempts=tx.webhook_deliveries.attempts(delivery.id))


def redeliver(tx: Transaction, act: Act, org_id: str, webhook_id: str, *, delivery_id: str) -> WebhookDelivery:
    """Tell a webhook again, under the same id, with all tries; one that waits to be tried is tried now.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    webhook = webhooks.hold(tx, act, org_id, webhook_id)
    delivery = _of(tx.webhook_deliveries.get(delivery_id), webhook.id)
    if delivery.status is DeliveryStatus.PENDING:
        again = replace(delivery, next_at=act.now)
    else:
        again = replace(delivery, status=DeliveryStatus.PENDING, aside=True, tries=0, next_at=act.now)
    tx.webhook_deliveries.put(again)
    return again


def test(tx: Transaction, act: Act, org_id: str, webhook_id: str) -> WebhookDelivery:
    """Have a webhook called once for a test, also one that is disabled; one test waits at a time.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    webhook = webhooks.hold(tx, act, org_id, webhook_id)
    waiting = tx.webhook_deliveries.pending_test(webhook.id)
    if waiting:
        return waiting
    delivery = WebhookDelivery(
        id=f"msg_{new_id().replace('-', '')}",
        webhook_id=webhook.id,
        event=TEST,
        revision=None,
        aside=True,
        created_at=act.now,
        next_at=act.now,
    )
    tx.webhook_deliveries.put(delivery)
    return delivery


def _of(delivery: WebhookDelivery | None, webhook_id: str) -> WebhookDelivery:
    if delivery is None or delivery.webhook_id != webhook_id:
        raise NotFound("delivery")
    return delivery
