"""What a webhook is told, as JSON: the payload of the Standard Webhooks specification."""

from __future__ import annotations

from pydantic import BaseModel

from promptwire.api.v1.answers import Time, Uuid
from promptwire.api.v1.audit import AuditLine
from promptwire.services.dispatch import Job


class TestCall(BaseModel):
    """What a test call is about."""

    webhook_id: Uuid
    org_id: Uuid


class WebhookEvent(BaseModel):
    """An event: of which type, when, and the entry of the change log."""

    type: str
    timestamp: Time
    data: AuditLine | TestCall


def body_of(job: Job) -> bytes:
    """Write what a webhook is told; the same in every attempt."""
    webhook, delivery = job.webhook, job.delivery
    if job.entry is None:
        about: AuditLine | TestCall = TestCall(webhook_id=webhook.id, org_id=webhook.org_id)
        at = delivery.created_at
    else:
        about, at = AuditLine.of(job.entry), job.entry.change.at
    return WebhookEvent(type=delivery.event, timestamp=at, data=about).model_dump_json().encode()
