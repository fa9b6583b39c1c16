"""What the use cases ask of webhooks in the store, and of the way to their endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from promptwire.domain.leases import Lease
from promptwire.domain.pages import Cut, Moment
from promptwire.domain.webhooks import Attempt, DeliveryStatus, Outcome, Webhook, WebhookDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What there is to tell webhooks now."""

    any: bool
    """Whether there is any webhook."""
    webhooks: Sequence[tuple[str, str]] = ()
    """Those for which there may be something to do: id, and organization."""
    next_at: datetime | None = None
    """When the next delivery that waits is due."""


class WebhookRepository(Protocol):
    """Webhooks."""

    def get(self, webhook_id: str) -> Webhook | None:
        """Give a webhook by id."""
        ...

    def lock(self, webhook_id: str) -> Webhook | None:
        """Give a webhook, and hold off everybody else who changes it."""
        ...

    def of_org(self, org_id: str) -> Sequence[Webhook]:
        """List the webhooks of an organization, oldest first."""
        ...

    def insert(self, webhook: Webhook) -> None:
        """Add a webhook."""
        ...

    def update(self, webhook: Webhook) -> None:
        """Write a webhook."""
        ...

    def delete(self, webhook_id: str) -> None:
        """Remove a webhook, with what it was told, for good."""
        ...

    def revision(self, org_id: str) -> int:
        """Give the number of the newest change of an organization."""
        ...

    def work(self, now: datetime, limit: int) -> Work:
        """Tell what there is to do."""
        ...


class WebhookDeliveryRepository(Protocol):
    """What webhooks were told, and what came of it."""

    def get(self, delivery_id: str) -> WebhookDelivery | None:
        """Give a delivery by id."""
        ...

    def of_webhook(
        self, webhook_id: str, status: DeliveryStatus | None, cut: Cut[Moment] | None
    ) -> Sequence[WebhookDelivery]:
        """List deliveries of a webhook, newest first; of a page, one more than its limit."""
        ...

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """List the attempts of a delivery, oldest first."""
        ...

    def due(self, webhook_id: str, now: datetime, *, tests_only: bool) -> WebhookDelivery | None:
        """Give the delivery of a webhook that is due for longest."""
        ...

    def waits(self, webhook_id: str) -> bool:
        """Tell whether the next change of a webhook waits for one before it."""
        ...

    def pending_test(self, webhook_id: str) -> WebhookDelivery | None:
        """Give a test call that is still to come."""
        ...

    def park_pending(self, webhook_id: str) -> None:
        """Give up what a webhook was to be told of changes."""
        ...

    def hasten(self, webhook_id: str, now: datetime) -> None:
        """Let what a webhook waits to be told be tried now, with all tries."""
        ...

    def put(self, delivery: WebhookDelivery) -> None:
        """Write a delivery, new or not."""
        ...

    def insert_attempt(self, attempt: Attempt) -> None:
        """Add an attempt."""
        ...

    def purge(self, before: datetime, limit: int) -> int:
        """Forget deliveries that are over and older than a time, so many at most; gives how many."""
        ...

    def trim(self, keep: int, limit: int) -> int:
        """Forget the oldest deliveries that are over of webhooks that have more than `keep`; gives how many."""
        ...


class LeaseRepository(Protocol):
    """Who does what only one server process does at a time."""

    def get(self, name: str) -> Lease:
        """Give a lease; nobody's, where there is none yet."""
        ...

    def hold(self, name: str) -> Lease:
        """Do what `get` does, and keep it as it is until this transaction ends."""
        ...

    def take(self, lease: Lease, holder: str) -> bool:
        """Give a lease to somebody if it is still as it was seen; tells whether it was."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A signed request to an endpoint."""

    url: str = field(repr=False)
    id: str
    body: bytes
    secrets: Sequence[str] = field(repr=False)
    at: datetime
    cause: str = ""
    """The id of the request that made the change; empty for a test call."""
    traceparent: str | None = None
    """The W3C header that names the trace it belongs to, if there is one."""


class Sender(Protocol):
    """A way to endpoints."""

    async def send(self, post: Post) -> Outcome:
        """Send a request, within bounds of time and size, and give what came of it; it does not raise."""
        ...
