"""Webhooks in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, and_, delete, exists, func, insert, literal, or_, select, update

from promptwire.domain.changes import Scope
from promptwire.domain.webhooks import DeliveryStatus, Ended, Webhook
from promptwire.ports.webhooks import Work
from promptwire.storage.rows import AnyRow
from promptwire.storage.tables import change_scopes, webhook_deliveries, webhooks

_PENDING = webhook_deliveries.c.status == DeliveryStatus.PENDING.value
WAITED_FOR = and_(_PENDING, webhook_deliveries.c.aside.is_(False))
"""A delivery that the next change of its webhook waits for."""


class Webhooks:
    """Webhooks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, webhook_id: str) -> Webhook | None:
        """Give a webhook by id."""
        return self._one(webhook_id, lock=False)

    def lock(self, webhook_id: str) -> Webhook | None:
        """Give a webhook, and hold off everybody else who changes it."""
        return self._one(webhook_id, lock=True)

    def _one(self, webhook_id: str, *, lock: bool) -> Webhook | None:
        statement = select(webhooks).where(webhooks.c.id == webhook_id)
        row = self._connection.execute(statement.with_for_update() if lock else statement).one_or_none()
        return _to_webhook(row) if row else None

    def of_org(self, org_id: str) -> Sequence[Webhook]:
        """List the webhooks of an organization, oldest first."""
        statement = select(webhooks).where(webhooks.c.org_id == org_id).order_by(webhooks.c.created_at, webhooks.c.id)
        return [_to_webhook(row) for row in self._connection.execute(statement)]

    def insert(self, webhook: Webhook) -> None:
        """Add a webhook."""
        self._connection.execute(insert(webhooks).values(_from_webhook(webhook)))

    def update(self, webhook: Webhook) -> None:
        """Write a webhook."""
        self._connection.execute(update(webhooks).where(webhooks.c.id == webhook.id).values(_from_webhook(webhook)))

    def delete(self, webhook_id: str) -> None:
        """Remove a webhook, with what it was told, for good."""
        self._connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))

    def revision(self, org_id: str) -> int:
        """Give the number of the newest change of an organization."""
        of_org = change_scopes.c.scope == str(Scope("org", org_id))
        return self._connection.execute(select(change_scopes.c.last_revision).where(of_org)).scalar() or 0

    def work(self, now: datetime, limit: int) -> Work:
        """Tell what there is to do."""
        if not self._connection.execute(select(exists(select(webhooks.c.id)))).scalar():
            return Work(any=False)
        mine = webhook_deliveries.c.webhook_id == webhooks.c.id
        listens = webhooks.c.ended.is_(None)
        wanted = and_(_PENDING, mine, or_(listens, webhook_deliveries.c.revision.is_(None)))
        due = exists().where(wanted, webhook_deliveries.c.next_at <= now)
        head = exists().where(
            change_scopes.c.scope == literal("org:", String) + webhooks.c.org_id,
            change_scopes.c.last_revision > webhooks.c.cursor,
        )
        behind = and_(listens, head, ~exists().where(WAITED_FOR, mine))
        ready = select(webhooks.c.id, webhooks.c.org_id).where(or_(due, behind)).limit(limit)
        later = select(func.min(webhook_deliveries.c.next_at)).join(webhooks, mine).where(wanted)
        return Work(
            any=True,
            webhooks=[(row.id, row.org_id) for row in self._connection.execute(ready)],
            next_at=self._connection.execute(later.where(webhook_deliveries.c.next_at > now)).scalar(),
        )


def _from_webhook(webhook: Webhook) -> dict[str, Any]:
    return asdict(webhook) | {"events": list(webhook.events), "ended": webhook.ended and webhook.ended.value}


def _to_webhook(row: AnyRow) -> Webhook:
    values = dict(row._mapping)  # noqa: SLF001 - what SQLAlchemy calls its public way to the columns
    ended = Ended(row.ended) if row.ended else None
    return Webhook(**values | {"events": tuple(row.events), "ended": ended})
