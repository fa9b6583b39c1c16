"""What webhooks were told, in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from promptwire.domain.pages import Cut, Moment
from promptwire.domain.webhooks import Attempt, DeliveryStatus, Outcome, WebhookDelivery
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import AnyRow
from promptwire.storage.tables import webhook_attempts, webhook_deliveries
from promptwire.storage.upserts import purge, upsert
from promptwire.storage.webhooks import WAITED_FOR

_OVER = webhook_deliveries.c.status != DeliveryStatus.PENDING.value
_PENDING = webhook_deliveries.c.status == DeliveryStatus.PENDING.value


class WebhookDeliveries:
    """What webhooks were told, and what came of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, delivery_id: str) -> WebhookDelivery | None:
        """Give a delivery by id."""
        statement = select(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id)
        row = self._connection.execute(statement).one_or_none()
        return _to_delivery(row) if row else None

    def of_webhook(
        self, webhook_id: str, status: DeliveryStatus | None, cut: Cut[Moment] | None
    ) -> Sequence[WebhookDelivery]:
        """List deliveries of a webhook, newest first; of a page, one more than its limit."""
        statement = select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id)
        if status:
            statement = statement.where(webhook_deliveries.c.status == status.value)
        rows = self._connection.execute(newest_first(statement, webhook_deliveries, cut))
        return [_to_delivery(row) for row in rows]

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """List the attempts of a delivery, oldest first."""
        statement = select(webhook_attempts).where(webhook_attempts.c.delivery_id == delivery_id)
        return [_to_attempt(row) for row in self._connection.execute(statement.order_by(webhook_attempts.c.number))]

    def due(self, webhook_id: str, now: datetime, *, tests_only: bool) -> WebhookDelivery | None:
        """Give the delivery of a webhook that is due for longest."""
        of_webhook = webhook_deliveries.c.webhook_id == webhook_id
        statement = select(webhook_deliveries).where(of_webhook, _PENDING, webhook_deliveries.c.next_at <= now)
        if tests_only:
            statement = statement.where(webhook_deliveries.c.revision.is_(None))
        row = self._connection.execute(statement.order_by(webhook_deliveries.c.next_at).limit(1)).one_or_none()
        return _to_delivery(row) if row else None

    def waits(self, webhook_id: str) -> bool:
        """Tell whether the next change of a webhook waits for one before it."""
        waited_for = exists().where(webhook_deliveries.c.webhook_id == webhook_id, WAITED_FOR)
        return bool(self._connection.execute(select(waited_for)).scalar())

    def pending_test(self, webhook_id: str) -> WebhookDelivery | None:
        """Give a test call that is still to come."""
        of_webhook = webhook_deliveries.c.webhook_id == webhook_id
        statement = select(webhook_deliveries).where(of_webhook, _PENDING, webhook_deliveries.c.revision.is_(None))
        row = self._connection.execute(statement.limit(1)).one_or_none()
        return _to_delivery(row) if row else None

    def park_pending(self, webhook_id: str) -> None:
        """Give up what a webhook was to be told of changes."""
        of_changes = webhook_deliveries.c.revision.is_not(None)
        pending = update(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id, _PENDING, of_changes)
        self._connection.execute(pending.values(status=DeliveryStatus.PARKED.value, next_at=None))

    def hasten(self, webhook_id: str, now: datetime) -> None:
        """Let what a webhook waits to be told be tried now, with all tries."""
        pending = update(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id, _PENDING)
        self._connection.execute(pending.values(tries=0, next_at=now))

    def put(self, delivery: WebhookDelivery) -> None:
        """Write a delivery, new or not."""
        values = asdict(delivery) | {"status": delivery.status.value}
        self._connection.execute(upsert(self._connection, webhook_deliveries, values, ("id",)))

    def insert_attempt(self, attempt: Attempt) -> None:
        """Add an attempt."""
        values = {"delivery_id": attempt.delivery_id, "number": attempt.number, "at": attempt.at}
        self._connection.execute(insert(webhook_attempts).values(values | asdict(attempt.outcome)))

    def purge(self, before: datetime, limit: int) -> int:
        """Forget deliveries that are over and older than a time, so many at most; gives how many."""
        past = _OVER & (webhook_deliveries.c.created_at < before)
        return purge(self._connection, webhook_deliveries, past, limit)

    def trim(self, keep: int, limit: int) -> int:
        """Forget the oldest deliveries that are over of webhooks that have more than `keep`; gives how many."""
        of = webhook_deliveries.c.webhook_id
        counted = select(of, func.count().label("all")).where(_OVER).group_by(of).having(func.count() > keep)
        trimmed = 0
        for row in self._connection.execute(counted).all():
            oldest = (
                select(webhook_deliveries.c.id)
                .where(of == row.webhook_id, _OVER)
                .order_by(webhook_deliveries.c.created_at)
                .limit(min(row.all - keep, limit - trimmed))
            )
            gone = delete(webhook_deliveries).where(webhook_deliveries.c.id.in_(oldest))
            trimmed += self._connection.execute(gone).rowcount
        return trimmed


def _to_delivery(row: AnyRow) -> WebhookDelivery:
    values = dict(row._mapping)  # noqa: SLF001 - what SQLAlchemy calls its public way to the columns
    return WebhookDelivery(**values | {"status": DeliveryStatus(row.status)})


def _to_attempt(row: AnyRow) -> Attempt:
    outcome = Outcome(milliseconds=row.milliseconds, status=row.status, error=row.error, answer=row.answer)
    return Attempt(delivery_id=row.delivery_id, number=row.number, at=row.at, outcome=outcome)
