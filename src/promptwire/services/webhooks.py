"""Webhooks of an organization: make, change and remove them, for its administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.errors import InvalidInput, NotFound
from promptwire.domain.events import check_patterns
from promptwire.domain.reach import Reach, host_of
from promptwire.domain.texts import check_name
from promptwire.domain.webhooks import BOTH_SECRETS, MAX_WEBHOOKS, Ended, NewWebhook, Webhook, WebhookUpdate
from promptwire.ports.storage import Transaction
from promptwire.services.administration import administer, require_auditor
from promptwire.services.calls import Act, Input, Object, new_id, record
from promptwire.services.secrets import new_webhook_secret


def create(tx: Transaction, act: Act, org_id: str, read: Input[NewWebhook], *, reach: Reach) -> Webhook:
    """Make a webhook, which is told of what happens from now on.

    Raises:
        Forbidden, NotFound, InvalidInput, InvalidBody: As their names say.
    """
    administer(tx, act, org_id)
    new = read()
    reach.target(new.url)
    if len(tx.webhooks.of_org(org_id)) >= MAX_WEBHOOKS:
        raise InvalidInput(f"an organization has at most {MAX_WEBHOOKS} webhooks")
    webhook = Webhook(
        id=new_id(),
        org_id=org_id,
        name=check_name(new.name),
        url=new.url,
        events=check_patterns(new.events),
        secret=new_webhook_secret(),
        cursor=tx.webhooks.revision(org_id),
        created_by=act.user_id,
        created_at=act.now,
        updated_at=act.now,
    )
    tx.webhooks.insert(webhook)
    _record(tx, act, webhook, "webhook.created", after=facts(webhook))
    return webhook


def of_org(tx: Transaction, act: Act, org_id: str) -> Sequence[Webhook]:
    """List the webhooks of an organization, oldest first; needs who may read its change log.

    Raises:
        Forbidden: As its name says.
    """
    require_auditor(tx, act, org_id)
    return tx.webhooks.of_org(org_id)


def get(tx: Transaction, act: Act, org_id: str, webhook_id: str) -> Webhook:
    """Give a webhook; needs who may read the change log of its organization.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    require_auditor(tx, act, org_id)
    return _of(tx.webhooks.get(webhook_id), org_id)


def update(
    tx: Transaction, act: Act, org_id: str, webhook_id: str, *, read: Input[WebhookUpdate], reach: Reach
) -> Webhook:
    """Change what is given of a webhook; one that is enabled again goes on where it was, unless it is to skip that.

    Raises:
        Forbidden, NotFound, InvalidInput, InvalidBody: As their names say.
    """
    webhook = hold(tx, act, org_id, webhook_id)
    asked = read()
    if asked.url is not None:
        reach.target(asked.url)
    changed = replace(
        webhook,
        name=webhook.name if asked.name is None else check_name(asked.name),
        url=webhook.url if asked.url is None else asked.url,
        events=webhook.events if asked.events is None else check_patterns(asked.events),
    )
    changed = _skipped(tx, _switched(changed, asked)) if asked.skip_missed else _switched(changed, asked)
    if changed == webhook:
        return webhook
    changed = replace(changed, updated_at=act.now)
    tx.webhooks.update(changed)
    tx.webhook_deliveries.hasten(webhook.id, act.now)
    moved = {"url_changed": True} if changed.url != webhook.url else {}
    _record(tx, act, changed, "webhook.updated", before=facts(webhook), after={**facts(changed), **moved})
    return changed


def _switched(webhook: Webhook, asked: WebhookUpdate) -> Webhook:
    if asked.enabled is None or asked.enabled == webhook.enabled:
        return webhook
    return replace(webhook, ended=None if asked.enabled else Ended.USER, failing_since=None)


def _skipped(tx: Transaction, webhook: Webhook) -> Webhook:
    tx.webhook_deliveries.park_pending(webhook.id)
    return replace(webhook, cursor=tx.webhooks.revision(webhook.org_id))


def rotate(tx: Transaction, act: Act, org_id: str, webhook_id: str) -> Webhook:
    """Give a webhook a new secret; the one before signs beside it for 24 hours, so that no receiver misses anything.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    webhook = hold(tx, act, org_id, webhook_id)
    rotated = replace(
        webhook,
        secret=new_webhook_secret(),
        previous_secret=webhook.secret,
        previous_until=act.now + BOTH_SECRETS,
        updated_at=act.now,
    )
    tx.webhooks.update(rotated)
    _record(tx, act, rotated, "webhook.rotated", after={"name": rotated.name, "credential_changed": True})
    return rotated


def delete(tx: Transaction, act: Act, org_id: str, webhook_id: str) -> None:
    """Remove a webhook, with what it was told.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    webhook = hold(tx, act, org_id, webhook_id)
    tx.webhooks.delete(webhook.id)
    _record(tx, act, webhook, "webhook.deleted", before=facts(webhook))


def forget_organization(tx: Transaction, act: Act, org_id: str) -> None:
    """Note the end of every webhook of an organization that leaves the store."""
    for webhook in tx.webhooks.of_org(org_id):
        _record(tx, act, webhook, "webhook.deleted", before=facts(webhook))


def disable(tx: Transaction, act: Act, webhook: Webhook, why: Ended) -> Webhook:
    """Tell a webhook nothing any more, for a reason of the server's own."""
    ended = replace(webhook, ended=why, updated_at=act.now)
    tx.webhooks.update(ended)
    after = {**facts(ended), "failure": why.value}
    _record(tx, act, ended, "webhook.disabled", before=facts(webhook), after=after)
    return ended


def hold(tx: Transaction, act: Act, org_id: str, webhook_id: str) -> Webhook:
    """Give a webhook of an organization that the subject administers, and hold off others who change it.

    Raises:
        Forbidden, NotFound: As their names say.
    """
    administer(tx, act, org_id)
    return _of(tx.webhooks.lock(webhook_id), org_id)


def facts(webhook: Webhook) -> Facts:
    """Give what the change log says of a webhook: of its address, which may hold a secret, only the host."""
    return {"name": webhook.name, "host": host_of(webhook.url), "events": webhook.events, "enabled": webhook.enabled}


def _of(webhook: Webhook | None, org_id: str) -> Webhook:
    if webhook is None or webhook.org_id != org_id:
        raise NotFound("webhook")
    return webhook


def _record(
    tx: Transaction, act: Act, webhook: Webhook, action: str, *, before: Facts | None = None, after: Facts | None = None
) -> None:
    of = Object("webhook", webhook.id)
    record(tx, act, Scope("org", webhook.org_id), action, of=of, before=before, after=after)
