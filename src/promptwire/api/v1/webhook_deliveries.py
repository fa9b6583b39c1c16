"""What webhooks were told, on `/v1`: the log of it, redelivery, test calls (docs/reference/webhooks.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Time, Uuid, answer, errors
from promptwire.api.v1.pages import Cursor, encoded, read_limit, read_moment
from promptwire.api.v1.requests import PersonOrAdminKeyExchange
from promptwire.api.v1.webhooks import OrgId, WebhookId, ids
from promptwire.domain import webhooks as domain
from promptwire.domain.errors import InvalidInput
from promptwire.domain.pages import Cut
from promptwire.domain.webhooks import DeliveryStatus
from promptwire.services import webhook_deliveries
from promptwire.services.calls import Input
from promptwire.services.webhook_deliveries import Asked, Told

router = APIRouter(tags=["Webhooks"])

DeliveryId = Annotated[str, Path(alias="deliveryID", description="The `webhook-id` of the delivery.")]
_ACCEPTED = 202


class WebhookDelivery(BaseModel):
    """That a webhook is told of an event, and how that went."""

    id: str
    """The `webhook-id` of every attempt."""
    webhook_id: Uuid
    event: str
    revision: int | None
    """Of the change in the organization's log; null for a test call."""
    status: Literal["pending", "delivered", "parked"]
    attempts: int
    created_at: Time
    next_attempt_at: Time | None

    @classmethod
    def of(cls, delivery: domain.WebhookDelivery) -> Self:
        """Write a delivery."""
        return cls(**_fields(delivery))


class WebhookAttempt(BaseModel):
    """One request to an endpoint, and what came of it."""

    number: int
    at: Time
    milliseconds: int
    status: int | None
    """Null where there was no answer; `error` says why."""
    error: str | None
    answer: str
    """The first 1,024 bytes of its body."""

    @classmethod
    def of(cls, attempt: domain.Attempt) -> WebhookAttempt:
        """Write an attempt."""
        outcome = attempt.outcome
        return cls(
            number=attempt.number,
            at=attempt.at,
            milliseconds=outcome.milliseconds,
            status=outcome.status,
            error=outcome.error,
            answer=outcome.answer,
        )


class WebhookDeliveryWithAttempts(BaseModel):
    """A delivery, with each of its attempts."""

    delivery: WebhookDelivery
    attempts: list[WebhookAttempt]


class WebhookDeliveryAnswer(BaseModel):
    """A delivery."""

    delivery: WebhookDelivery


class WebhookDeliveriesAnswer(BaseModel):
    """Deliveries of a webhook, newest first, and where the next page begins."""

    deliveries: list[WebhookDelivery]
    next_cursor: str | None


def _fields(delivery: domain.WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "webhook_id": delivery.webhook_id,
        "event": delivery.event,
        "revision": delivery.revision,
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "next_attempt_at": delivery.next_at,
    }


def _accepted(delivery: domain.WebhookDelivery) -> Response:
    return answer(WebhookDeliveryAnswer(delivery=WebhookDelivery.of(delivery)), _ACCEPTED)


def _status(text: str) -> DeliveryStatus | None:
    if not text:
        return None
    try:
        return DeliveryStatus(text)
    except ValueError:
        raise InvalidInput("status must be pending, delivered or parked", "status") from None


async def _asked(
    limit: Annotated[str, Query(description="1 to 200; 50 when not given.")] = "",
    cursor: Cursor = "",
    status: Annotated[str, Query(description="Only those: pending, delivered or parked.")] = "",
) -> Input[Asked]:
    return deferred(
        lambda: Asked(
            status=_status(status), cut=Cut(limit=read_limit(limit), after=read_moment(cursor) if cursor else None)
        )
    )


@router.get(
    "/v1/orgs/{orgID}/webhooks/{webhookID}/deliveries",
    operation_id="listWebhookDeliveries",
    summary="List Webhook Deliveries",
    response_model=WebhookDeliveriesAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_webhook_deliveries(
    exchange: PersonOrAdminKeyExchange,
    org: OrgId,
    webhook: WebhookId,
    read: Annotated[Input[Asked], Depends(_asked)],
) -> Response:
    """List what a webhook was told, for 30 days."""
    page = await exchange.read(lambda tx, act: webhook_deliveries.of_webhook(tx, act, *ids(org, webhook), read=read))
    next_cursor = encoded(page.next_after) if page.next_after else None
    deliveries = [WebhookDelivery.of(one) for one in page.items]
    return answer(WebhookDeliveriesAnswer(deliveries=deliveries, next_cursor=next_cursor))


@router.get(
    "/v1/orgs/{orgID}/webhooks/{webhookID}/deliveries/{deliveryID}",
    operation_id="getWebhookDelivery",
    summary="Get Webhook Delivery",
    response_model=WebhookDeliveryWithAttempts,
    responses=errors(400, 401, 403, 404),
)
async def get_webhook_delivery(
    exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId, delivery: DeliveryId
) -> Response:
    """Give a delivery with each attempt: when, how long, what was answered."""
    told: Told = await exchange.read(
        lambda tx, act: webhook_deliveries.get(tx, act, *ids(org, webhook), delivery_id=delivery)
    )
    attempts = [WebhookAttempt.of(one) for one in told.attempts]
    return answer(WebhookDeliveryWithAttempts(delivery=WebhookDelivery.of(told.delivery), attempts=attempts))


@router.post(
    "/v1/orgs/{orgID}/webhooks/{webhookID}/deliveries/{deliveryID}/redeliver",
    operation_id="redeliverWebhookDelivery",
    summary="Redeliver Webhook Delivery",
    status_code=_ACCEPTED,
    response_model=WebhookDeliveryAnswer,
    responses=errors(400, 401, 403, 404),
)
async def redeliver_webhook_delivery(
    exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId, delivery: DeliveryId
) -> Response:
    """Tell a webhook again, under the same `webhook-id`; what waits to be tried again is tried now."""
    return await exchange.carry_out(
        lambda tx, act: webhook_deliveries.redeliver(tx, act, *ids(org, webhook), delivery_id=delivery), _accepted
    )


@router.post(
    "/v1/orgs/{orgID}/webhooks/{webhookID}/test",
    operation_id="testWebhook",
    summary="Test Webhook",
    status_code=_ACCEPTED,
    response_model=WebhookDeliveryAnswer,
    responses=errors(400, 401, 403, 404),
)
async def test_webhook(exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId) -> Response:
    """Have a webhook called once, within a second or so; the delivery says what came of it."""
    return await exchange.carry_out(lambda tx, act: webhook_deliveries.test(tx, act, *ids(org, webhook)), _accepted)
