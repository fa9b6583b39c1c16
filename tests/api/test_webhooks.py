"""Webhooks on `/v1`: what they take, what they answer, what is refused; tests/process/test_webhooks.py tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.webhooks import DeliveryStatus
from support import make
from support.world import World

URL = "https://webhooks.invalid/hook?token=hidden-in-the-url"
NEW: dict[str, Any] = {"name": "ci", "url": URL, "events": ["label.moved", "version.*"]}


@pytest.fixture
def http(world: World) -> httpx.Client:
    return world.person("admin", "owner").http


@pytest.fixture
def base(world: World) -> str:
    return f"/v1/orgs/{world.org.id}/webhooks"


def made(http: httpx.Client, base: str, **fields: Any) -> dict[str, Any]:
    answer = http.post(base, json=NEW | fields)
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()["webhook"]
    return webhook


def settled(webhook: dict[str, Any]) -> dict[str, Any]:
    """Give a webhook without how far it has been told, which moves by itself."""
    return {name: value for name, value in webhook.items() if name != "cursor"}


def listed(http: httpx.Client, base: str) -> list[dict[str, Any]]:
    return [settled(one) for one in http.get(base).json()["webhooks"]]


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    words: str = answer.json()["error"]
    return words


def entries(http: httpx.Client, world: World) -> list[dict[str, Any]]:
    logs: list[dict[str, Any]] = http.get(f"/v1/orgs/{world.org.id}/audit-logs").json()["logs"]
    return [entry for entry in logs if entry["entity_type"] == "webhook"]


def test_a_webhook_is_made_changed_and_removed_and_the_log_says_so(http: httpx.Client, base: str, world: World) -> None:
    webhook = made(http, base)
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert webhook["enabled"] is True
    assert webhook["disabled_because"] is None
    path = f"{base}/{webhook['id']}"
    assert settled(http.get(path).json()["webhook"]) == settled(webhook)
    assert listed(http, base) == [settled(webhook)]

    changed = http.put(path, json={"url": URL + "2", "events": ["*"], "enabled": False, "name": None}).json()["webhook"]
    assert (changed["name"], changed["url"], changed["events"]) == ("ci", URL + "2", ["*"])
    assert (changed["enabled"], changed["disabled_because"]) == (False, "user")
    assert "secret" not in changed
    rotated = http.post(f"{path}/rotate").json()["webhook"]
    assert rotated["secret"] != secret
    assert http.delete(path).status_code == 204
    assert http.get(base).json() == {"webhooks": []}

    log = entries(http, world)
    assert [one["action"] for one in log] == [
        "webhook.deleted",
        "webhook.rotated",
        "webhook.updated",
        "webhook.created",
    ]
    facts = {"name": "ci", "host": "webhooks.invalid", "events": ["label.moved", "version.*"], "enabled": True}
    assert log[3]["metadata"] == {"before": {}, "after": facts}
    off = {**facts, "events": ["*"], "enabled": False}
    assert log[2]["metadata"] == {"before": facts, "after": {**off, "url_changed": True}}
    for hidden in (secret, rotated["secret"], "hidden-in-the-url"):
        assert hidden not in str(log)


def test_what_changes_nothing_is_not_logged(http: httpx.Client, base: str, world: World) -> None:
    webhook = made(http, base)
    answer = http.put(f"{base}/{webhook['id']}", json={"name": "ci", "enabled": True})
    assert answer.json()["webhook"]["updated_at"] == webhook["updated_at"]
    assert [one["action"] for one in entries(http, world)] == ["webhook.created"]


REFUSED: list[tuple[Mapping[str, Any], str]] = [
    ({"name": ""}, "name is required"),
    ({"name": "a" * 256}, "name must be at most 255 characters"),
    ({"url": ""}, "url is required"),
    ({"url": "http://webhooks.invalid/"}, "url must begin with https://"),
    ({"url": "https://10.0.0.1/"}, "url leads to 10.0.0.1, which is not a public address"),
    ({"url": "https://[::1]/"}, "url leads to ::1, which is not a public address"),
    ({"events": []}, "events must name 1 to 50 events, such as label.moved, label.* or *"),
    ({"events": ["lable.*"]}, "there is no event 'lable.*': docs/reference/webhooks.md lists them"),
    ({"events": "label.*"}, "invalid request body"),
]


@pytest.mark.parametrize(("fields", "words"), REFUSED)
def test_what_will_not_do_is_refused_and_changes_nothing(
    http: httpx.Client, base: str, fields: Mapping[str, Any], words: str
) -> None:
    webhook = made(http, base)
    before = listed(http, base)
    assert refused(http.post(base, json={**NEW, **fields}), 400) == words
    assert refused(http.put(f"{base}/{webhook['id']}", json=fields), 400) == words
    assert listed(http, base) == before


def test_an_organization_has_at_most_20(http: httpx.Client, base: str) -> None:
    for _ in range(20):
        made(http, base)
    assert refused(http.post(base, json=NEW), 400) == "an organization has at most 20 webhooks"
    assert len(http.get(base).json()["webhooks"]) == 20


def test_a_webhook_of_another_organization_is_not_found(http: httpx.Client, base: str, world: World) -> None:
    webhook, delivery = make.webhook(world.new_org().id), make.webhook_delivery("")
    world.store.write_now(lambda tx: tx.webhooks.insert(webhook))
    for one in (webhook.id, str(uuid4())):
        path = f"{base}/{one}"
        for method, tail in (
            ("GET", ""),
            ("PUT", ""),
            ("DELETE", ""),
            ("POST", "/rotate"),
            ("POST", "/test"),
            ("GET", "/deliveries"),
            ("GET", f"/deliveries/{delivery.id}"),
            ("POST", f"/deliveries/{delivery.id}/redeliver"),
        ):
            answer = http.request(method, path + tail, json={} if method == "PUT" else None)
            assert refused(answer, 404) == "webhook not found"
    assert refused(http.get(f"{base}/nonsense"), 400) == "invalid id"


def test_deliveries_come_in_pages_and_by_status(http: httpx.Client, base: str, world: World) -> None:
    webhook, other = make.webhook(world.org.id), make.webhook(world.org.id)
    parked = [make.webhook_delivery(webhook.id) for _ in range(3)]
    done = make.webhook_delivery(webhook.id, status=DeliveryStatus.DELIVERED)
    foreign = make.webhook_delivery(other.id)
    for one in (webhook, other):
        world.store.write_now(lambda tx, one=one: tx.webhooks.insert(one))  # type: ignore[misc]
    for delivery in (*parked, done, foreign):
        world.store.write_now(lambda tx, delivery=delivery: tx.webhook_deliveries.put(delivery))  # type: ignore[misc]
    path = f"{base}/{webhook.id}/deliveries"
    first = http.get(path, params={"limit": 3}).json()
    second = http.get(path, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert second["next_cursor"] is None
    found = [one["id"] for one in (*first["deliveries"], *second["deliveries"])]
    assert sorted(found) == sorted(one.id for one in (*parked, done))
    assert [one["id"] for one in http.get(path, params={"status": "delivered"}).json()["deliveries"]] == [done.id]
    assert refused(http.get(path, params={"status": "lost"}), 400) == "status must be pending, delivered or parked"
    assert refused(http.get(path, params={"limit": "0"}), 400) == "limit must be a number from 1 to 200"
    assert refused(http.get(f"{path}/{foreign.id}"), 404) == "delivery not found"
    assert refused(http.post(f"{path}/{foreign.id}/redeliver"), 404) == "delivery not found"


def test_a_named_request_is_carried_out_once(http: httpx.Client, base: str) -> None:
    named = {"Idempotency-Key": uuid4().hex}
    first = http.post(base, json=NEW, headers=named)
    again = http.post(base, json=NEW, headers=named)
    assert first.json() == again.json()
    assert len(http.get(base).json()["webhooks"]) == 1


def test_webhooks_end_with_their_organization(http: httpx.Client, base: str, world: World) -> None:
    webhook = made(http, base)
    assert http.delete(f"/v1/orgs/{world.org.id}").is_success
    with world.store.engines.reader.connect() as connection:
        found = world.store.read_now(lambda tx: tx.webhooks.get(webhook["id"]))
        assert found is None
        log = connection.exec_driver_sql(
            f"SELECT action FROM changes WHERE object_id = '{webhook['id']}' ORDER BY seq"  # noqa: S608 - our own id
        ).all()
    assert [row[0] for row in log] == ["webhook.created", "webhook.deleted"]
