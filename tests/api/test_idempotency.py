"""A request that names itself by an `Idempotency-Key` is carried out once, and always gets the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.rights import RIGHTS, ROWS, Row
from api.test_rights import ROUTES
from promptwire.api.v1.document import NOT_ONCE, access_of
from promptwire.domain.receipts import MAX_ANSWER, receipt_id
from promptwire.services.access import Access
from promptwire.storage.store import SqlStore
from support.failing import held_up
from support.prompts import Versions, labels_path
from support.server import ServerProcess
from support.stage import Stage
from support.world import Person, World

WRITES = [row for row in ROWS if not row.request.startswith("GET ") and "ok" in RIGHTS[row.right].values()]


def asks_once(row: Row) -> bool:
    return row.operation not in NOT_ONCE and access_of(ROUTES[row.operation]) is not Access.PUBLIC


@pytest.fixture(scope="module")
def busy(server: ServerProcess, server_store: SqlStore) -> Iterator[Stage]:
    stage = Stage.of(server, server_store)
    yield stage
    stage.close()


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.operation}-{row.request}") for row in WRITES])
def test_every_write_is_carried_out_once(busy: Stage, row: Row) -> None:
    stage = Stage.of(busy.world.server, busy.world.store) if row.own else busy
    stage.renew()
    subject = next(subject for subject, cell in RIGHTS[row.right].items() if cell == "ok")
    stage.asking = subject
    stage.client(subject)
    request, body = row.request.format_map(stage.names), stage._filled(row.body)
    headers = {"Idempotency-Key": uuid4().hex, **(row.headers or {})}
    first = stage.ask(subject, request, body, headers)
    before = stage.changes()
    second = stage.ask(subject, request, body, headers)
    assert first.is_success
    assert "idempotency-replayed" not in first.headers
    replayed = second.headers.get("idempotency-replayed") == "true"
    ended = row.operation == "deleteMe" and second.status_code == 401
    assert replayed is (asks_once(row) and not ended)
    if replayed:
        assert (second.status_code, second.content) == (first.status_code, first.content)
        assert second.headers["x-request-id"] != first.headers["x-request-id"]
        assert stage.entries(before) == []
    if row.own:
        stage.close()


@pytest.fixture
def editor(world: World) -> Person:
    return world.person("editor", "member")


@pytest.fixture
def versions(world: World, editor: Person) -> Versions:
    return Versions(world, editor.http)


def tag(http: httpx.Client, versions: Versions, tag: str, key: str) -> httpx.Response:
    return http.post(f"{versions.path}/versions/1/tags", json={"tag": tag}, headers={"Idempotency-Key": key})


def said(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    code = error["code"] if isinstance(error, dict) else answer.json()["code"]
    return answer.status_code, code


def test_a25_the_first_answer_comes_again_also_when_it_would_be_another_now(versions: Versions, editor: Person) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    path = labels_path(versions.ids[1])
    first = editor.http.post(path, json={"add": ["x"]}, headers=key).json()["data"]
    assert first["added"] == ["x"]
    assert versions.call(editor.http, 2, add=["x"]).json()["data"]["moved"]
    again = editor.http.post(path, json={"add": ["x"]}, headers=key)
    assert (again.json()["data"], again.headers["idempotency-replayed"]) == (first, "true")
    assert versions.labels(editor.http) == {"x": 2}


def test_a25_another_request_under_the_same_key_is_refused(versions: Versions, editor: Person) -> None:
    key = uuid4().hex
    assert tag(editor.http, versions, "x", key).is_success
    refused = tag(editor.http, versions, "y", key)
    assert said(refused) == (422, "idempotency_key_reused")
    assert "every request needs one of its own" in refused.json()["error"]
    path = labels_path(versions.ids[1])
    refused = editor.http.post(path, json={"add": ["x"]}, headers={"Idempotency-Key": key})
    assert said(refused) == (409, "CONFLICT")
    assert versions.labels(editor.http) == {"x": 1}


@pytest.mark.parametrize("other", ["path", "query", "method", "condition"])
def test_all_that_a_request_asks_for_makes_it_another(versions: Versions, editor: Person, other: str) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    path = f"{versions.path}/versions/1"
    assert editor.http.put(path, json={"template": "x"}, headers=key).is_success
    asked: dict[str, tuple[str, str, dict[str, str]]] = {
        "path": ("PUT", f"{versions.path}/versions/2", key),
        "query": ("PUT", f"{path}?x=1", key),
        "method": ("DELETE", path, key),
        "condition": ("PUT", path, key | {"If-Match": '"x"'}),
    }
    method, target, headers = asked[other]
    answer = editor.http.request(method, target, json={"template": "x"}, headers=headers)
    assert said(answer) == (422, "idempotency_key_reused")


def test_a_key_means_nothing_to_anybody_else(world: World, versions: Versions, editor: Person) -> None:
    key = uuid4().hex
    assert tag(editor.http, versions, "x", key).is_success
    other = world.person("editor", "member").http
    answer = tag(other, versions, "y", key)
    assert answer.is_success
    assert "idempotency-replayed" not in answer.headers


def test_a_person_who_signed_in_anew_learns_that_it_was_done(world: World, versions: Versions, editor: Person) -> None:
    key = uuid4().hex
    assert tag(editor.http, versions, "x", key).is_success
    answer = tag(world.http(world.session(editor.user.id)), versions, "x", key)
    assert said(answer) == (409, "already_carried_out")
    assert "has been carried out" in answer.json()["error"]


def test_what_failed_may_be_tried_again_under_its_key(world: World, versions: Versions, editor: Person) -> None:
    key = uuid4().hex
    world.join_team(editor.user.id, "viewer")
    assert tag(editor.http, versions, "x", key).status_code == 403
    world.join_team(editor.user.id, "editor")
    with held_up(world.server.database):
        assert tag(editor.http, versions, "x", key).status_code == 503
    done = tag(editor.http, versions, "x", key)
    assert done.is_success
    assert "idempotency-replayed" not in done.headers


def test_the_same_at_once_is_carried_out_once(world: World, editor: Person) -> None:
    path, key = f"/v1/teams/{world.team.id}/prompts", {"Idempotency-Key": uuid4().hex}
    clients = [world.http(editor.token) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda http: http.post(path, json={"name": "once"}, headers=key), clients))
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.headers.get("idempotency-replayed", "") for answer in answers) == ["", *["true"] * 7]


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "é".encode()])
def test_what_is_no_key_is_refused(versions: Versions, editor: Person, key: str | bytes) -> None:
    headers: Any = {"Idempotency-Key": key}
    answer = editor.http.post(f"{versions.path}/versions/1/tags", json={"tag": "x"}, headers=headers)
    assert said(answer) == (400, "invalid_input")
    assert answer.json()["error"] == "Idempotency-Key must be 1 to 255 visible ASCII characters"
    assert versions.labels(editor.http) == {}


def test_who_is_nobody_learns_nothing(versions: Versions, world: World) -> None:
    assert tag(world.http(None), versions, "x", "").status_code == 401


def test_secrets_and_texts_are_not_to_be_read_in_the_store(world: World) -> None:
    admin = world.person("admin", "admin")
    keys = [uuid4().hex, uuid4().hex]
    body = {"name": "k", "org_id": world.org.id, "operation": "all"}
    made = admin.http.post("/v1/api-keys", json=body, headers={"Idempotency-Key": keys[0]}).json()
    again = admin.http.post("/v1/api-keys", json=body, headers={"Idempotency-Key": keys[0]}).json()
    assert made == again
    path = f"/v1/prompts/{world.prompt(admin.http)}/versions"
    admin.http.post(path, json={"template": "a text to forget"}, headers={"Idempotency-Key": keys[1]})
    for key in keys:
        with world.store.engines.reader.connect() as connection:
            found = connection.exec_driver_sql(
                f"SELECT answer FROM receipts WHERE id = '{receipt_id(f'user:{admin.user.id}', key)}'"  # noqa: S608
            ).scalar_one()
        assert b"to forget" not in bytes(found)
        assert made["key"].encode() not in bytes(found)


def test_an_answer_that_is_too_long_to_keep(world: World, editor: Person) -> None:
    body = {"variables": {"x": "y" * MAX_ANSWER}}
    path, key = f"/v1/prompts/{world.prompt(editor.http)}/payloads", {"Idempotency-Key": uuid4().hex}
    assert editor.http.post(path, json=body, headers=key).status_code == 201
    assert said(editor.http.post(path, json=body, headers=key)) == (409, "already_carried_out")
    assert len(editor.http.get(path).json()["payloads"]) == 1
