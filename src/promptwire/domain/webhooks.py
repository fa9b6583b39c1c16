"""Webhooks: an organization's endpoints that are told of its changes, and what became of telling them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from promptwire.domain.changes import Entry

MAX_WEBHOOKS = 20
"""Of an organization."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, by the Standard Webhooks specification
BOTH_SECRETS = timedelta(hours=24)
"""How long the secret before signs too, once there is a new one."""
KEPT_FOR = timedelta(days=30)
"""How long what became of a delivery is kept."""
KEPT_AT_MOST = 10_000
"""Deliveries of a webhook that are kept, beside those to come."""
MAX_ANSWER = 1_024
"""Bytes of an answer that are kept."""
GONE = 410
"""The status with which an endpoint says that it wants nothing any more."""


class DeliveryStatus(StrEnum):
    """What has become of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    PARKED = "parked"
    """Given up after the last try, until somebody has it redelivered."""


class Ended(StrEnum):
    """Why a webhook is told nothing."""

    USER = "user"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook that somebody wants."""

    name: str
    url: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookUpdate:
    """What to change of a webhook; None stays."""

    name: str | None = None
    url: str | None = None
    events: tuple[str, ...] | None = None
    enabled: bool | None = None
    skip_missed: bool = False
    """Whether to go on with the next change, and not with those that it was not told of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An endpoint, and how far it has been told."""

    id: str
    org_id: str
    name: str
    url: str = field(repr=False)
    events: tuple[str, ...]
    """Patterns."""
    ended: Ended | None = None
    """Why it is told nothing; None while it is."""
    secret: str = field(repr=False)
    previous_secret: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None
    cursor: int
    """The last revision of the organization that was looked at for it."""
    failing_since: datetime | None = None
    created_by: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def enabled(self) -> bool:
        """Tell whether it is told of changes."""
        return self.ended is None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Give the secrets to sign with, the newest first."""
        both = self.previous_secret and self.previous_until and now < self.previous_until
        return (self.secret, self.previous_secret) if both and self.previous_secret else (self.secret,)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """That one webhook is told of one event, and how that went."""

    id: str
    """The `webhook-id` of every attempt."""
    webhook_id: str
    event: str
    revision: int | None
    """Of the change; None for a test call."""
    status: DeliveryStatus = DeliveryStatus.PENDING
    aside: bool = False
    """Whether the next change does not wait for it: a test call, or a redelivery."""
    tries: int = 0
    """Attempts since it was made, or redelivered."""
    attempts: int = 0
    """Attempts in all."""
    created_at: datetime
    next_at: datetime | None
    """When it is attempted next; None when it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request to an endpoint."""

    milliseconds: int
    status: int | None = None
    """None where there was no answer."""
    error: str | None = None
    """Why there was none."""
    answer: str = ""
    """How it begins."""

    @property
    def is_success(self) -> bool:
        """Tell whether the endpoint has taken it: only a status of 2xx says so."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - as HTTP has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to an endpoint, and what came of it."""

    delivery_id: str
    number: int
    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long an endpoint is tried."""

    waits: tuple[float, ...]
    """Seconds after each attempt that failed; after the last, and one more, the delivery is parked."""
    give_up_after: timedelta
    """How long a webhook may do nothing but fail until it is disabled."""

    def wait(self, tries: int, luck: float) -> timedelta | None:
        """Give how long to wait after so many tries: three to five quarters of it by luck, 0 to 1; None to give up."""
        if tries > len(self.waits):
            return None
        return timedelta(seconds=self.waits[tries - 1] * (0.75 + luck / 2))


def delivery_id(webhook_id: str, entry: Entry) -> str:
    """Give the id with which a webhook is told of a change: always the same, also by a restored store."""
    return f"msg_{sha256(f'{webhook_id}:{entry.hash}'.encode()).hexdigest()[:32]}"


def read_waits(text: str) -> tuple[float, ...]:
    """Read seconds such as `5,30,300`.

    Raises:
        ValueError: When one is no number from 0 to a week, or there are more than 20.
    """
    waits: Sequence[float] = [float(part) for part in text.split(",") if part.strip()]
    if len(waits) > 20 or not all(0 <= wait <= 604_800 for wait in waits):  # noqa: PLR2004 - named by the sentence
        raise ValueError("must be at most 20 numbers of seconds from 0 to 604800, such as 5,30,300")
    return tuple(waits)
