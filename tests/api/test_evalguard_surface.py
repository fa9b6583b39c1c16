"""What every answer of `/api/v1` has in common, and what it does when the store fails or many write at once."""

from __future__ import annotations

import httpx
import pytest

from support.evalguard import error
from support.failing import held_up
from support.prompts import Versions, labels_path
from support.world import World


@pytest.fixture
def member(world: World) -> httpx.Client:
    return world.person("editor", "member").http


@pytest.fixture
def versions(world: World, member: httpx.Client) -> Versions:
    return Versions(world, member)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("PATCH", "/api/v1/prompts/x/labels", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/api/v1/prompts", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/v1/prompts/x/nothing", 404, "NOT_FOUND"),
        ("POST", "/api/v1/prompts//labels", 404, "NOT_FOUND"),
        ("GET", "/api/v1", 404, "NOT_FOUND"),
        ("GET", "/api/v1/", 404, "NOT_FOUND"),
        ("POST", "/api/v1/PROMPTS/x/labels", 404, "NOT_FOUND"),
    ],
)
def test_what_the_framework_refuses_is_in_the_same_envelope(
    member: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = member.request(method, path)
    assert answer.status_code == status
    assert error(answer)["code"] == code
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_body_over_the_limit(versions: Versions, member: httpx.Client) -> None:
    answer = member.post(labels_path(versions.ids[1]), json={"add": ["x" * (4 * 1024 * 1024)]})
    assert (answer.status_code, error(answer)["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert versions.labels(member) == {}


def test_a_trailing_slash_does_not_matter(versions: Versions, member: httpx.Client) -> None:
    answer = member.post(labels_path(versions.ids[1]) + "/", json={"add": ["x"]})
    assert answer.json()["data"]["labels"] == ["x"]


def test_the_id_of_a_request_is_the_callers_if_it_is_one(versions: Versions, member: httpx.Client) -> None:
    path = labels_path(versions.ids[1])
    assert error(member.post(path, headers={"X-Request-Id": "mine-1"}))["requestId"] == "mine-1"
    assert error(member.post(path, headers={"X-Request-Id": "no id"}))["requestId"] != "no id"


def test_a_store_that_fails_changes_nothing(world: World, versions: Versions, member: httpx.Client) -> None:
    versions.call(member, 1, add=["production"])
    with held_up(world.server.database):
        answer = versions.call(member, 2, add=["production", "x"])
    assert (answer.status_code, error(answer)["code"]) == (500, "DB_ERROR")
    assert "DB_ERROR" in error(answer)["message"]
    assert versions.labels(member) == {"production": 1}
    assert versions.call(member, 2, add=["production"]).status_code == 200
