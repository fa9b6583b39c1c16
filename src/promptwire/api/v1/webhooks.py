"""Webhooks of an organization on `/v1` (docs/reference/webhooks.md); px0 has nothing like it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from promptwire.api.exchange import Exchange, no_content
from promptwire.api.v1.answers import Time, Uuid, answer, errors
from promptwire.api.v1.requests import Body, PersonOrAdminKeyExchange, body_of, takes, uuid_of
from promptwire.domain import webhooks as domain
from promptwire.domain.reach import Reach
from promptwire.domain.webhooks import NewWebhook, WebhookUpdate
from promptwire.services import webhooks

router = APIRouter(tags=["Webhooks"])

OrgId = Annotated[str, Path(alias="orgID", description="The organization's UUID.")]
WebhookId = Annotated[str, Path(alias="webhookID", description="The webhook's UUID.")]
_EVENTS = "Events such as `label.moved`, `label.*` for all of a noun, `*` for all there are."


class Webhook(BaseModel):
    """An endpoint that is told of changes."""

    id: Uuid
    org_id: Uuid
    name: str
    url: str
    events: list[str]
    enabled: bool
    disabled_because: Literal["user", "failing", "gone"] | None
    """Who or what ended it: somebody, days of nothing but failures, or the endpoint's 410."""
    failing_since: Time | None
    cursor: int
    """The last revision of the organization that was looked at for it."""
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, webhook: domain.Webhook) -> Webhook:
        """Write a webhook, without its secret."""
        return cls(**_fields(webhook))


class WebhookWithSecret(Webhook):
    """A webhook with a new secret, which is shown this once."""

    secret: str

    @classmethod
    def of(cls, webhook: domain.Webhook) -> WebhookWithSecret:
        """Write a webhook and its secret."""
        return cls(**_fields(webhook), secret=webhook.secret)


def _fields(webhook: domain.Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "org_id": webhook.org_id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "enabled": webhook.enabled,
        "disabled_because": webhook.ended and webhook.ended.value,
        "failing_since": webhook.failing_since,
        "cursor": webhook.cursor,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    }


class CreateWebhookRequest(Body):
    """A webhook to make; it is told of what happens from then on."""

    REQUIRED = ("name", "url", "events")

    name: str = ""
    url: str = Field("", description="Where to send to: a public address that speaks TLS.")
    events: list[str] = Field(default_factory=list, description=_EVENTS)


class UpdateWebhookRequest(Body):
    """What to change of a webhook; what is left out, or null, stays."""

    name: str | None = None
    url: str | None = None
    events: list[str] | None = Field(None, description=_EVENTS)
    enabled: bool | None = Field(None, description="Whether it is told of changes; what it missed comes afterwards.")
    skip_missed: bool = Field(default=False, description="Whether to pass over what it was not told of yet.")


class WebhookAnswer(BaseModel):
    """A webhook."""

    webhook: Webhook


class WebhookWithSecretAnswer(BaseModel):
    """A webhook with its secret."""

    webhook: WebhookWithSecret


class WebhooksAnswer(BaseModel):
    """The webhooks of an organization, oldest first."""

    webhooks: list[Webhook]


def ids(org: str, webhook: str) -> tuple[str, str]:
    """Read both ids of a path.

    Raises:
        InvalidInput: When one is none.
    """
    return uuid_of(org, "invalid id"), uuid_of(webhook, "invalid id")


def _reach(exchange: Exchange) -> Reach:
    return exchange.context.reach


def _one(webhook: domain.Webhook) -> Response:
    return answer(WebhookAnswer(webhook=Webhook.of(webhook)))


@router.post(
    "/v1/orgs/{orgID}/webhooks",
    operation_id="createWebhook",
    summary="Create Webhook",
    status_code=201,
    response_model=WebhookWithSecretAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(CreateWebhookRequest),
)
async def create_webhook(exchange: PersonOrAdminKeyExchange, org: OrgId) -> Response:
    """Make a webhook; its secret is in the answer and never shown again."""
    read = await body_of(
        exchange,
        CreateWebhookRequest,
        lambda body: NewWebhook(name=body.name, url=body.url, events=tuple(body.events)),
    )
    return await exchange.carry_out(
        lambda tx, act: webhooks.create(tx, act, uuid_of(org, "invalid id"), read, reach=_reach(exchange)),
        lambda made: answer(WebhookWithSecretAnswer(webhook=WebhookWithSecret.of(made)), 201),
    )


@router.get(
    "/v1/orgs/{orgID}/webhooks",
    operation_id="listWebhooks",
    summary="List Webhooks",
    response_model=WebhooksAnswer,
    responses=errors(400, 401, 403),
)
async def list_webhooks(exchange: PersonOrAdminKeyExchange, org: OrgId) -> Response:
    """List the webhooks of an organization, without their secrets."""
    found = await exchange.read(lambda tx, act: webhooks.of_org(tx, act, uuid_of(org, "invalid id")))
    return answer(WebhooksAnswer(webhooks=[Webhook.of(one) for one in found]))


@router.get(
    "/v1/orgs/{orgID}/webhooks/{webhookID}",
    operation_id="getWebhook",
    summary="Get Webhook",
    response_model=WebhookAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_webhook(exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId) -> Response:
    """Give a webhook, without its secret."""
    return _one(await exchange.read(lambda tx, act: webhooks.get(tx, act, *ids(org, webhook))))


@router.put(
    "/v1/orgs/{orgID}/webhooks/{webhookID}",
    operation_id="updateWebhook",
    summary="Update Webhook",
    response_model=WebhookAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(UpdateWebhookRequest),
)
async def update_webhook(exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId) -> Response:
    """Change what is given of a webhook, or switch it off and on."""
    read = await body_of(exchange, UpdateWebhookRequest, _update)
    reach = _reach(exchange)
    return await exchange.carry_out(
        lambda tx, act: webhooks.update(tx, act, *ids(org, webhook), read=read, reach=reach), _one
    )


def _update(body: UpdateWebhookRequest) -> WebhookUpdate:
    return WebhookUpdate(
        name=body.name,
        url=body.url,
        events=None if body.events is None else tuple(body.events),
        enabled=body.enabled,
        skip_missed=body.skip_missed,
    )


@router.delete(
    "/v1/orgs/{orgID}/webhooks/{webhookID}",
    operation_id="deleteWebhook",
    summary="Delete Webhook",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_webhook(exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId) -> Response:
    """Remove a webhook, with the log of what it was told."""
    return await exchange.carry_out(lambda tx, act: webhooks.delete(tx, act, *ids(org, webhook)), no_content)


@router.post(
    "/v1/orgs/{orgID}/webhooks/{webhookID}/rotate",
    operation_id="rotateWebhookSecret",
    summary="Rotate Webhook Secret",
    response_model=WebhookWithSecretAnswer,
    responses=errors(400, 401, 403, 404),
)
async def rotate_webhook_secret(exchange: PersonOrAdminKeyExchange, org: OrgId, webhook: WebhookId) -> Response:
    """Give a webhook a new secret; the one before signs beside it for 24 hours."""
    return await exchange.carry_out(
        lambda tx, act: webhooks.rotate(tx, act, *ids(org, webhook)),
        lambda rotated: answer(WebhookWithSecretAnswer(webhook=WebhookWithSecret.of(rotated))),
    )
