"""What `/api/v1` does with labels, request by request; test_evalguard_resolutions.py has A1 to A31 one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from promptwire.storage.store import SqlStore
from support.evalguard import data, problem
from support.prompts import Versions, labels_path
from support.server import ServerProcess
from support.world import World

EMOJI = "\N{ROCKET}"
DECOMPOSED = "e\N{COMBINING ACUTE ACCENT}"
BEFORE = {"beta": 2, "production": 1, "qa": 1}


@pytest.fixture
def admin(world: World) -> httpx.Client:
    return world.person("admin", "admin").http


@pytest.fixture
def member(world: World) -> httpx.Client:
    return world.person("editor", "member").http


@pytest.fixture
def versions(world: World, admin: httpx.Client) -> Versions:
    return labelled(world, admin)


def labelled(world: World, admin: httpx.Client) -> Versions:
    """Make three versions: the first is `production` and `qa`, the second `beta`."""
    made = Versions(world, admin)
    assert made.call(admin, 1, add=["qa", "production"]).status_code == 200
    assert made.call(admin, 2, add=["beta"]).status_code == 200
    return made


DONE = [
    pytest.param({"add": ["production"]}, {"labels": ["beta", "production"], "added": ["production"]}, id="A1-moves"),
    pytest.param({"remove": ["qa"]}, {"labels": ["beta"], "remove": ["qa"]}, id="A6-on-another-version"),
    pytest.param({"add": ["beta"]}, {"labels": ["beta"], "add": ["beta"]}, id="A7-add-present"),
    pytest.param({"remove": ["none"]}, {"labels": ["beta"], "remove": ["none"]}, id="A7-remove-absent"),
    pytest.param({"remove": ["beta"]}, {"labels": [], "remove": ["beta"], "removed": ["beta"]}, id="remove"),
    pytest.param({"add": ["y", "x", "y"]}, {"labels": ["beta", "x", "y"], "add": ["y", "x"]}, id="A9-duplicates"),
    pytest.param({"add": ["x"] * 20}, {"labels": ["beta", "x"], "add": ["x"]}, id="A9-twenty-equal"),
    pytest.param({}, {"labels": ["beta"]}, id="A10-empty-object"),
    pytest.param({"add": [], "remove": []}, {"labels": ["beta"]}, id="A10-empty-lists"),
    pytest.param({"ADD": ["x"], "other": 1}, {"labels": ["beta"]}, id="A12-unknown-keys"),
    pytest.param({"add": ["x" * 60]}, {"labels": ["beta", "x" * 60]}, id="A13-sixty"),
    pytest.param({"add": [EMOJI * 60]}, {"labels": ["beta", EMOJI * 60]}, id="A13-sixty-astral"),
    pytest.param({"add": [DECOMPOSED * 60]}, {"add": ["é" * 60], "labels": ["beta", "é" * 60]}, id="A13-nfc-first"),
    pytest.param({"add": ["a b/c,d%é" + EMOJI]}, {"labels": ["a b/c,d%é" + EMOJI, "beta"]}, id="A14-charset"),
    pytest.param({"add": ["BETA"]}, {"labels": ["BETA", "beta"]}, id="A15-case"),
    pytest.param({"add": ["3", "007", "+3"]}, {"labels": ["+3", "007", "3", "beta"]}, id="A16-numeric"),
    pytest.param({"add": ["a", "Z", "é", "_"]}, {"labels": ["Z", "_", "a", "beta", "é"]}, id="A17-code-points"),
    pytest.param({"add": ["latest"]}, {"labels": ["beta", "latest"]}, id="latest-is-ordinary"),
]


@pytest.mark.parametrize(("body", "expected"), DONE)
def test_a_request_is_done(
    versions: Versions, member: httpx.Client, body: dict[str, list[str]], expected: dict[str, list[str]]
) -> None:
    found = data(versions.call(member, 2, **body))
    assert found["promptVersionId"] == versions.ids[2]
    assert found["labels"] == expected["labels"]
    assert found["add"] == expected.get("add", body.get("add", []))
    assert found["remove"] == expected.get("remove", [])
    new = [label for label in found["add"] if BEFORE.get(label) != 2]
    assert found["added"] == expected.get("added", new)
    assert found["removed"] == expected.get("removed", [])
    left = {label: number for label, number in BEFORE.items() if number == 1 and label not in found["added"]}
    assert versions.labels(member) == left | dict.fromkeys(found["labels"], 2)


JSON = "application/json"
REFUSED = [
    pytest.param(b'{"add": ["x"], "remove": ["y", "x"]}', JSON, id="A8-in-both"),
    pytest.param(json.dumps({"add": ["é"], "remove": [DECOMPOSED]}).encode(), JSON, id="A8-in-both-nfc"),
    pytest.param(json.dumps({"add": ["x"] * 21}).encode(), JSON, id="A9-raw-items-count"),
    pytest.param(b"", JSON, id="A11-no-body"),
    pytest.param(b"null", JSON, id="A11-null"),
    pytest.param(b'["x"]', JSON, id="A11-array"),
    pytest.param(b'"x"', JSON, id="A11-string"),
    pytest.param(b'{"add": null}', JSON, id="A11-null-list"),
    pytest.param(b'{"add": "x"}', JSON, id="A11-string-for-list"),
    pytest.param(b'{"remove": {}}', JSON, id="A11-object-for-list"),
    pytest.param(b'{"add": [1]}', JSON, id="A11-number-for-label"),
    pytest.param(b'{"add": ["x", null]}', JSON, id="A11-null-for-label"),
    pytest.param(b'{"add": ["x"]', JSON, id="A11-malformed"),
    pytest.param(b'{"add": ["x"]} x', JSON, id="A11-trailing"),
    pytest.param(b'{"add": ["x"]}', "text/plain", id="content-type"),
    pytest.param(b"add=x", "application/x-www-form-urlencoded", id="form"),
    pytest.param(json.dumps({"add": ["x" * 61]}).encode(), JSON, id="A13-sixty-one"),
    pytest.param(json.dumps({"remove": ["x" * 61]}).encode(), JSON, id="A13-sixty-one-to-remove"),
    pytest.param(json.dumps({"add": [EMOJI * 61]}).encode(), JSON, id="A13-sixty-one-astral"),
    pytest.param(b'{"add": ["x", ""]}', JSON, id="A14-empty"),
    pytest.param(b'{"add": [" x"]}', JSON, id="A14-leading-space"),
    pytest.param('{"add": ["x\u00a0"]}'.encode(), JSON, id="A14-trailing-space"),
    pytest.param(b'{"add": ["a\\u0000b"]}', JSON, id="A14-nul"),
    pytest.param(b'{"add": ["a\\nb"]}', JSON, id="A14-line-break"),
    pytest.param(b'{"add": ["a\\u2028b"]}', JSON, id="A14-line-separator"),
    pytest.param(b'{"add": ["a\\ud800"]}', JSON, id="A14-lone-surrogate"),
    pytest.param(b'{"add": ["a\xff"]}', JSON, id="A14-not-utf-8"),
    pytest.param(b'{"add": ["a\\ufffd"]}', JSON, id="A14-what-is-no-text"),
    pytest.param(json.dumps({"add": [str(at) for at in range(21)]}).encode(), JSON, id="A24-twenty-one"),
    pytest.param(b'{"add": ["live"]}', JSON, id="live"),
    pytest.param(b'{"remove": ["LIVE"]}', JSON, id="live-folded"),
    pytest.param('{"add": ["ｌive"]}'.encode(), JSON, id="live-look-alike"),  # noqa: RUF001 - it is one
    pytest.param(b"[" * 100_000, JSON, id="nested"),
]


@pytest.fixture(scope="module")
def shared(server: ServerProcess, server_store: SqlStore) -> Iterator[tuple[Versions, httpx.Client]]:
    """A prompt for requests that change nothing, and its administrator."""
    world = World(server, server_store)
    admin = world.person("admin", "admin").http
    yield labelled(world, admin), admin
    world.close()


@pytest.mark.parametrize(("body", "content_type"), REFUSED)
def test_a_bad_request_changes_nothing(shared: tuple[Versions, httpx.Client], body: bytes, content_type: str) -> None:
    versions, admin = shared
    answer = admin.post(labels_path(versions.ids[2]), content=body, headers={"Content-Type": content_type})
    assert problem(answer) == (400, "VALIDATION_ERROR")
    assert versions.labels(admin) == BEFORE


@pytest.mark.parametrize(
    "version_id",
    [
        pytest.param("not-a-uuid", id="A18-malformed"),
        pytest.param("a%2Fb%00", id="A18-encoded"),
        pytest.param(str(uuid4()), id="A18-unknown"),
    ],
)
def test_an_unknown_version_is_not_found(member: httpx.Client, version_id: str) -> None:
    assert problem(member.post(labels_path(version_id), json={"add": ["x"]})) == (404, "NOT_FOUND")


def test_both_surfaces_have_one_store_of_labels(versions: Versions, member: httpx.Client) -> None:
    assert versions.tag(member, 3, "production").json()["version"]["tags"] == ["production"]
    assert data(versions.call(member, 3))["labels"] == ["production"]
    data(versions.call(member, 3, add=["needs review/1"]))
    assert member.get(f"{versions.path}/versions", params={"tags": "qa"}).json()["versions"][0]["version"] == 1
    assert member.get(f"{versions.path}/versions/needs%20review%2F1").json()["version"]["version"] == 3
    assert member.delete(f"{versions.path}/tags/needs%20review%2F1").status_code == 204
    assert versions.labels(member) == BEFORE | {"production": 3}


@pytest.mark.parametrize("archived", ["version", "prompt"])
def test_what_is_archived_is_labelled_as_ever(versions: Versions, admin: httpx.Client, archived: str) -> None:
    path = f"{versions.path}/versions/2" if archived == "version" else versions.path
    assert admin.post(f"{path}/archive").status_code == 200
    assert data(versions.call(admin, 2, add=["x"]))["labels"] == ["beta", "x"]
