"""Webhooks, end to end: real servers, real receivers, real signatures, on both databases."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from conftest import new_database
from promptwire.storage.store import SqlStore
from support.receiver import Heard, Liar, Receiver
from support.server import PRESETS, ServerProcess
from support.waiting import eventually
from support.world import World

SETTINGS = {
    **PRESETS,
    "PROMPTWIRE_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "PROMPTWIRE_WEBHOOK_PLAIN_HTTP": "on",
    "PROMPTWIRE_WEBHOOK_WAITS": "0.05,0.1",
}


def start(tmp: Path, database: str, **more: str) -> ServerProcess:
    tmp.mkdir(exist_ok=True)
    process = ServerProcess(tmp, "--database", database, **{**SETTINGS, **more})
    process.database = database
    return process


@pytest.fixture(scope="module")
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    return new_database(engine, request, tmp_path_factory.mktemp("webhooks"))


@pytest.fixture(scope="module")
def told(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose webhooks reach this machine."""
    process = start(tmp_path_factory.mktemp("data"), database_url).wait_ready()
    yield process
    assert process.stop() == 0, process.errors
    assert "could not be told" not in process.errors, process.errors
    assert "could not look" not in process.errors, process.errors


@pytest.fixture(scope="module")
def told_store(told: ServerProcess) -> Iterator[SqlStore]:
    with contextlib.closing(SqlStore.open(told.database)) as store:
        yield store


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


class House:
    """An organization, its owner, and its webhooks."""

    def __init__(self, server: ServerProcess, store: SqlStore) -> None:
        self.world = World(server, store)
        self.http = self.world.person("admin", "owner").http
        self.base = f"/v1/orgs/{self.world.org.id}/webhooks"

    def hook(self, url: str, *events: str) -> dict[str, Any]:
        body = {"name": "hook", "url": url, "events": list(events or ["prompt.*"])}
        answer = self.http.post(self.base, json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()["webhook"]
        return made

    def change(self, http: httpx.Client | None = None, times: int = 1) -> list[str]:
        """Make prompts; gives their ids."""
        made = []
        for _ in range(times):
            name = f"p {os.urandom(6).hex()}"
            answer = (http or self.http).post(f"/v1/teams/{self.world.team.id}/prompts", json={"name": name})
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["prompt"]["id"])
        return made

    def get(self, hook: dict[str, Any], path: str = "", **query: str) -> Any:
        answer = self.http.get(f"{self.base}/{hook['id']}{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def deliveries(self, hook: dict[str, Any], **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(hook, "/deliveries", **query)["deliveries"]
        return found

    def attempts(self, hook: dict[str, Any], delivery: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(hook, f"/deliveries/{delivery}")["attempts"]
        return found

    def post(self, hook: dict[str, Any], path: str) -> Any:
        answer = self.http.post(f"{self.base}/{hook['id']}{path}")
        assert answer.is_success, answer.text
        return answer.json()

    def close(self) -> None:
        self.world.close()


@pytest.fixture
def house(told: ServerProcess, told_store: SqlStore) -> Iterator[House]:
    house = House(told, told_store)
    yield house
    for hook in house.http.get(house.base).json()["webhooks"]:
        house.http.delete(f"{house.base}/{hook['id']}")
    house.close()


def subjects(receiver: Receiver) -> list[str]:
    return [json.loads(one.body)["data"]["prompt_id"] for one in receiver.heard]


def test_a_change_is_told_once_signed_and_says_what_the_log_says(house: House, receiver: Receiver) -> None:
    hook = house.hook(receiver.url, "prompt.created")
    [prompt] = house.change()
    eventually(lambda: len(receiver.heard) == 1)
    [heard] = receiver.heard
    event = heard.verified(hook["secret"])
    with pytest.raises(WebhookVerificationError):
        heard.verified(house.hook(receiver.url)["secret"])
    logged = house.http.get(f"/v1/orgs/{house.world.org.id}/audit-logs", params={"prompt_id": prompt}).json()["logs"]
    [entry] = [one for one in logged if one["action"] == "prompt.created"]
    del entry["actor_name"]
    assert event == {"type": "prompt.created", "timestamp": entry["created_at"], "data": entry}
    assert heard.path == "/hook"
    assert heard.headers["content-type"] == "application/json"
    assert hook["secret"] not in heard.body.decode()
    eventually(lambda: [one["status"] for one in house.deliveries(hook)] == ["delivered"])
    [attempt] = house.attempts(hook, heard.id)
    assert (attempt["number"], attempt["status"], attempt["error"], attempt["answer"]) == (1, 204, None, "")
    assert attempt["milliseconds"] >= 0


def test_each_endpoint_hears_what_it_asked_for_in_order(house: House, receiver: Receiver) -> None:
    with Receiver() as other:
        house.hook(receiver.url, "prompt.*")
        house.hook(other.url, "version.created", "label.*")
        made = house.change(times=20)
        assert house.http.post(f"/v1/prompts/{made[0]}/versions", json={"template": "secret text"}).is_success
        eventually(lambda: len(receiver.heard) == 20 and len(other.heard) == 1)
        assert subjects(receiver) == made
        assert len(set(receiver.ids)) == 20
        assert b"secret text" not in other.heard[0].body


def test_what_fails_is_tried_again_under_the_same_id_then_parked_and_the_next_goes_on(
    house: House, receiver: Receiver
) -> None:
    hook = house.hook(receiver.url)
    first = ""
    gate = threading.Event()

    def status(heard: Heard) -> int:
        gate.wait(10)
        return 503 if json.loads(heard.body)["data"]["prompt_id"] == first else 200

    receiver.status = status
    first, second = house.change(times=2)
    gate.set()
    eventually(lambda: len(receiver.heard) == 4)
    assert subjects(receiver) == [first, first, first, second]
    assert len(set(receiver.ids[:3])) == 1
    assert receiver.ids[3] != receiver.ids[0]
    eventually(lambda: [one["status"] for one in house.deliveries(hook)] == ["delivered", "parked"])
    [parked] = house.deliveries(hook, status="parked")
    assert parked["id"] == receiver.ids[0]
    attempts = house.attempts(hook, parked["id"])
    assert [(one["number"], one["status"], one["answer"]) for one in attempts] == [(n, 503, "heard") for n in (1, 2, 3)]
    assert house.get(hook)["webhook"]["failing_since"] is None

    receiver.status = lambda _: 200
    house.post(hook, f"/deliveries/{parked['id']}/redeliver")
    eventually(lambda: len(receiver.heard) == 5)
    assert receiver.ids[4] == parked["id"]
    assert receiver.heard[4].body == receiver.heard[0].body
    receiver.heard[4].verified(hook["secret"])
    eventually(lambda: [one["status"] for one in house.deliveries(hook)] == ["delivered", "delivered"])


def test_a_test_call_is_made_once_and_also_for_a_disabled_webhook(house: House, receiver: Receiver) -> None:
    hook = house.hook(receiver.url)
    assert house.http.put(f"{house.base}/{hook['id']}", json={"enabled": False}).is_success
    house.change()
    delivery = house.post(hook, "/test")["delivery"]
    eventually(lambda: len(receiver.heard) == 1)
    event = receiver.heard[0].verified(hook["secret"])
    assert event["type"] == "test"
    assert event["data"] == {"webhook_id": hook["id"], "org_id": house.world.org.id}
    assert receiver.ids == [delivery["id"]]
    eventually(lambda: [one["status"] for one in house.deliveries(hook)] == ["delivered"])
    receiver.status = lambda _: 500
    failing = house.post(hook, "/test")["delivery"]
    eventually(lambda: [one["status"] for one in house.deliveries(hook)] == ["parked", "delivered"])
    assert receiver.ids == [delivery["id"], failing["id"]]


def test_a_webhook_that_is_enabled_again_goes_on_where_it_was_or_skips_what_it_missed(
    house: House, receiver: Receiver
) -> None:
    hook = house.hook(receiver.url)
    path = f"{house.base}/{hook['id']}"
    for skips, expected in ((False, 3), (True, 1)):
        receiver.heard.clear()
        house.http.put(path, json={"enabled": False})
        missed = house.change(times=2)
        house.http.put(path, json={"enabled": True, "skip_missed": skips})
        made = house.change()
        eventually(lambda expected=expected: len(receiver.heard) == expected)  # type: ignore[misc]
        assert subjects(receiver) == ([] if skips else missed) + made


def test_after_a_rotation_both_secrets_verify(house: House, receiver: Receiver) -> None:
    hook = house.hook(receiver.url)
    new = house.post(hook, "/rotate")["webhook"]["secret"]
    assert new != hook["secret"]
    house.change()
    eventually(lambda: len(receiver.heard) == 1)
    receiver.heard[0].verified(new)
    receiver.heard[0].verified(hook["secret"])


def test_an_endpoint_that_is_gone_is_disabled_and_the_log_says_so(house: House, receiver: Receiver) -> None:
    hook = house.hook(receiver.url)
    receiver.status = lambda _: 410
    house.change(times=2)
    eventually(lambda: house.get(hook)["webhook"]["enabled"] is False)
    assert house.get(hook)["webhook"]["disabled_because"] == "gone"
    logs = house.http.get(f"/v1/orgs/{house.world.org.id}/audit-logs").json()["logs"]
    entry = next(one for one in logs if one["action"] == "webhook.disabled")
    assert entry["actor_kind"] == "system"
    assert entry["metadata"]["after"] == {
        "name": "hook",
        "host": "127.0.0.1",
        "events": ["prompt.*"],
        "enabled": False,
        "failure": "gone",
    }
    assert len(receiver.heard) == 1
    receiver.status = lambda _: 200
    house.http.put(f"{house.base}/{hook['id']}", json={"enabled": True})
    eventually(lambda: len(receiver.heard) == 3)
    assert receiver.ids[0] == receiver.ids[1]


def hang(connection: Any) -> None:
    connection.recv(1)
    threading.Event().wait(30)


def test_endpoints_that_hang_or_lie_harm_nobody_else(house: House, receiver: Receiver) -> None:
    with Liar(hang) as liar:
        for _ in range(7):  # of 8 places of an organization
            house.hook(liar.url)
        house.change()
        eventually(lambda: liar.connections == 7)
        house.hook(receiver.url)
        made = house.change(times=5)
        eventually(lambda: len(receiver.heard) == 5)
        assert subjects(receiver) == made


def test_another_process_takes_over_when_one_is_killed_and_nothing_is_lost(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver
) -> None:
    database = new_database(engine, request, tmp_path)
    first = start(tmp_path / "first", database).wait_ready()
    store = SqlStore.open(database)
    house = House(first, store)
    house.hook(receiver.url)
    eventually(lambda: leader(store) != "")
    dead = leader(store)
    second = start(tmp_path / "second", database).wait_ready()
    answered = 0

    def status(_: Heard) -> int:
        nonlocal answered
        answered += 1
        if answered == 5:
            first.process.send_signal(signal.SIGKILL)
        return 200

    receiver.status = status
    with second.client(house.http.headers["Authorization"].removeprefix("Bearer ")) as http:
        made = house.change(http, times=10)
        first.process.wait(timeout=20)
        assert leader(store) == dead
        made += house.change(http, times=10)
    eventually(lambda: set(subjects(receiver)) == set(made), seconds=20)
    assert leader(store) not in {"", dead}
    assert list(dict.fromkeys(subjects(receiver))) == made, "in order"
    assert len(dict.fromkeys(receiver.ids)) == 20, "one id for each change"
    assert len(receiver.heard) <= 21, "only what was on its way may come twice"
    house.close()
    store.close()
    first.kill()
    assert second.stop() == 0, second.errors


def leader(store: SqlStore) -> str:
    return store.read_now(lambda tx: tx.leases.get("webhooks")).holder


def test_a_restart_loses_nothing_and_the_next_takes_over_at_once(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver
) -> None:
    database = new_database(engine, request, tmp_path)
    server = start(tmp_path / "data", database).wait_ready()
    with contextlib.closing(SqlStore.open(database)) as store:
        house = House(server, store)
        house.hook(receiver.url)
        receiver.status = lambda _: 503
        made = house.change(times=3)
        token = house.http.headers["Authorization"].removeprefix("Bearer ")
        house.close()
        assert server.stop() == 0, server.errors
        assert leader(store) == ""
        receiver.status = lambda _: 200
        again = start(tmp_path / "data", database).wait_ready()
        with again.client(token) as http:
            made += house.change(http, times=3)
        wanted = made
        eventually(lambda: list(dict.fromkeys(subjects(receiver))) == wanted)
        assert again.stop() == 0, again.errors


def test_a_webhook_that_does_nothing_but_fail_is_disabled_in_the_end(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver
) -> None:
    database = new_database(engine, request, tmp_path)
    settings = {"PROMPTWIRE_WEBHOOK_GIVE_UP_DAYS": "0.001", "PROMPTWIRE_WEBHOOK_WAITS": "0.5,90"}  # 86 s
    server = start(tmp_path / "data", database, **settings).wait_ready()
    with contextlib.closing(SqlStore.open(database)) as store:
        house = House(server, store)
        hook = house.hook(receiver.url)
        receiver.status = lambda _: 500
        house.change()
        eventually(lambda: house.get(hook)["webhook"]["failing_since"] is not None)
        found = store.read_now(lambda tx: tx.webhooks.get(hook["id"]))
        assert found
        assert found.failing_since
        long_ago = replace(found, failing_since=found.failing_since - timedelta(seconds=90))
        store.write_now(lambda tx: tx.webhooks.update(long_ago))
        eventually(lambda: house.get(hook)["webhook"]["disabled_because"] == "failing")
        assert len(receiver.heard) == 2
        house.close()
        assert server.stop() == 0, server.errors
