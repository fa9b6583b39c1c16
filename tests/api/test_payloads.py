"""Payloads over HTTP: contracts/px0.md 1.8."""

from __future__ import annotations

from typing import Any

import pytest

from promptwire.domain.changes import Query
from support.scene import SUBJECTS, Body, Scene, said

UNAUTHORIZED = "401 unauthorized: unauthorized"
UNVERIFIED = "403 user_not_verified: user is not verified"
FORBIDDEN = "403 forbidden: forbidden"
HIDDEN = "404 prompt_not_found: prompt not found"
NO_PAYLOAD = "404 not_found: payload not found"
BAD_BODY = "400 invalid_input: invalid request body"
ALL, ONE = "/v1/prompts/{prompt}/payloads", "/v1/prompts/{prompt}/payloads/{payload}"

RIGHTS = {
    "nobody": (UNAUTHORIZED, UNAUTHORIZED),
    "unknown session": (UNAUTHORIZED, UNAUTHORIZED),
    "unknown key": (UNAUTHORIZED, UNAUTHORIZED),
    "unverified editor": (UNVERIFIED, UNVERIFIED),
    "stranger": (HIDDEN, HIDDEN),
    "instance admin": (HIDDEN, HIDDEN),
    "organization owner": (HIDDEN, HIDDEN),
    "organization admin": (HIDDEN, HIDDEN),
    "organization member": (HIDDEN, HIDDEN),
    "key of another team": (HIDDEN, HIDDEN),
    "key of another organization": (HIDDEN, HIDDEN),
    "viewer": ("200", FORBIDDEN),
    "instance admin, viewer": ("200", FORBIDDEN),
    "key, its maker a viewer now": ("200", FORBIDDEN),
    "key, its maker gone": ("200", FORBIDDEN),
    "admin key, its maker gone": ("200", FORBIDDEN),
    "read_render key": ("200", FORBIDDEN),
    "editor": ("200", "2xx"),
    "editor, organization admin": ("200", "2xx"),
    "team admin": ("200", "2xx"),
    "all key": ("200", "2xx"),
    "key of this team": ("200", "2xx"),
    "admin key": ("200", "2xx"),
    "admin key of this team": ("200", "2xx"),
}


def save(scene: Scene, variables: str = '{"name": "Ada"}', name: str = "payload") -> dict[str, Any]:
    answer = scene.ask("editor", f"POST {ALL}", b'{"variables": %b}' % variables.encode())
    assert answer.status_code == 201, answer.text
    payload: dict[str, Any] = answer.json()["payload"]
    scene.names[name] = payload["id"]
    return payload


@pytest.fixture
def saved(scene: Scene) -> Scene:
    scene.prompt("draft")
    save(scene)
    return scene


@pytest.fixture(scope="module")
def kept(shared: Scene) -> Scene:
    shared.prompt(name="other")
    save(shared)
    return shared


def test_the_table_names_every_subject() -> None:
    assert RIGHTS.keys() == SUBJECTS.keys()


@pytest.mark.parametrize("subject", RIGHTS)
def test_a_subject_may_do_what_the_table_says(saved: Scene, subject: str) -> None:
    reads, writes = RIGHTS[subject]
    for path in (ALL, ONE):
        assert said(saved.ask(subject, f"GET {path}")) == reads
    calls: list[tuple[str, Body]] = [
        (f"POST {ALL}", {"variables": 1}),
        (f"PUT {ONE}", {"name": "x"}),
        (f"DELETE {ONE}", None),
    ]
    for (call, body), status in zip(calls, ("201", "200", "204"), strict=True):
        if writes == "2xx":
            assert said(saved.ask(subject, call, body)) == status
        else:
            saved.refuses(subject, call, body, writes)


def test_a_payload_is_created_without_a_name(saved: Scene) -> None:
    answer = saved.ask("editor", f"POST {ALL}", {"variables": {"a": [1, None]}, "name": "ignored"})
    payload = answer.json()["payload"]
    assert list(payload) == ["id", "prompt_id", "name", "variables", "created_at", "updated_at"]
    assert (payload["prompt_id"], payload["name"]) == (saved.names["prompt"], None)
    assert (payload["variables"], payload["created_at"]) == ({"a": [1, None]}, payload["updated_at"])
    assert saved.does(f"GET {ALL}/{payload['id']}", subject="viewer") == payload


@pytest.mark.parametrize(
    "variables",
    [
        "{}",
        "null",
        "[]",
        '[1, "two", {"three": null}]',
        '"text"',
        "true",
        "1.0",
        "-0",
        "1e400",
        "123456789012345678901234567890.10",
        "1" * 5000,
        '{"b": 1.50, "a": 1E+2, "b": 2}',
        '{ "spaces" :\n 1 }',
        r'{"escaped": "\u00e9\ud83d\ude00\u0000<&>"}',
        '{"plain": "é \N{ROCKET} \u2028"}',
    ],
)
def test_variables_come_back_as_they_were_sent(saved: Scene, variables: str) -> None:
    """The answers are not decoded here: Python itself refuses some of these numbers."""
    http, path = saved.client("editor"), ALL.format_map(saved.names)
    sent = variables.encode()
    body, kept = b'{"variables": %b}' % sent, b'"variables":%b,"created_at"' % sent
    made = http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert made.status_code == 201
    assert kept in made.content
    assert kept in http.get(path).content
    one = ONE.format_map(saved.names)
    assert kept in http.put(one, content=body, headers={"Content-Type": "application/json"}).content
    assert kept in http.get(one).content


REQUIRED = "400 invalid_input: payload variables are required"
REFUSED = [
    (f"POST {ALL}", {}, REQUIRED),
    (f"POST {ALL}", b"null", REQUIRED),
    (f"POST {ALL}", {"name": "only"}, REQUIRED),
    (f"POST {ALL}", b"", BAD_BODY),
    (f"POST {ALL}", b"[]", BAD_BODY),
    (f"POST {ALL}", b'{"variables": {}', BAD_BODY),
    (f"POST {ALL}", b'{"variables": {"a": 01}}', BAD_BODY),
    (f"POST {ALL}", b'{"variables": NaN}', BAD_BODY),
    (f"POST {ALL}", b'{"variables": {}} x', BAD_BODY),
    (f"POST {ALL}", b'{"variables": "\\ud800"}', BAD_BODY),
    (f"POST {ALL}", b'{"variables": %b}' % (b"[" * 100_000 + b"]" * 100_000), BAD_BODY),
    (f"PUT {ONE}", b"", BAD_BODY),
    (f"PUT {ONE}", {"name": 1}, BAD_BODY),
    (f"PUT {ONE}", {"name": "x" * 256}, "400 invalid_input: name must be at most 255 characters"),
    (f"PUT {ONE}", {"name": "a\nb"}, "400 invalid_input: name must not contain control characters"),
    (f"PUT {ONE}", {"name": "a\0"}, "400 invalid_input: name must not contain control characters"),
    ("POST /v1/prompts/nonsense/payloads", {"variables": 1}, "400 invalid_input: invalid prompt id"),
    ("POST /v1/prompts/{slug}/payloads", {"variables": 1}, "400 invalid_input: invalid prompt id"),
    ("POST /v1/prompts/{unknown}/payloads", {}, HIDDEN),
    ("POST /v1/prompts/{foreign}/payloads", {}, HIDDEN),
    ("GET /v1/prompts/{foreign}/payloads", None, HIDDEN),
    ("GET /v1/prompts/{unknown}/payloads/{payload}", None, HIDDEN),
    ("GET /v1/prompts/{prompt}/payloads/nonsense", None, "400 invalid_input: invalid payload id"),
    ("PUT /v1/prompts/{prompt}/payloads/nonsense", {}, "400 invalid_input: invalid payload id"),
    ("DELETE /v1/prompts/{prompt}/payloads/nonsense", None, "400 invalid_input: invalid payload id"),
    ("GET /v1/prompts/{prompt}/payloads/{unknown}", None, NO_PAYLOAD),
    ("PUT /v1/prompts/{prompt}/payloads/{unknown}", b"no JSON", NO_PAYLOAD),
    ("DELETE /v1/prompts/{prompt}/payloads/{unknown}", None, NO_PAYLOAD),
    ("GET /v1/prompts/{other}/payloads/{payload}", None, NO_PAYLOAD),
    ("PUT /v1/prompts/{other}/payloads/{payload}", {"name": "x"}, NO_PAYLOAD),
    ("DELETE /v1/prompts/{other}/payloads/{payload}", None, NO_PAYLOAD),
]


@pytest.mark.parametrize(("request_", "body", "expected"), REFUSED)
def test_what_cannot_be_is_refused(kept: Scene, request_: str, body: Any, expected: str) -> None:
    kept.refuses("editor", request_, body, expected)


@pytest.mark.parametrize("body", [b"no JSON", {}, {"variables": 1}])
def test_who_may_not_is_told_that_first(kept: Scene, body: Any) -> None:
    for request in (f"POST {ALL}", f"PUT {ONE}", "PUT /v1/prompts/{prompt}/payloads/{unknown}"):
        assert kept.refuses("viewer", request, body, FORBIDDEN) == {"needs": "team role editor", "has": "viewer"}


def test_only_what_is_given_changes(saved: Scene) -> None:
    before = saved.does(f"GET {ONE}")
    nothing: list[Body] = [{}, b"null", {"name": None}, {"other": 1}]
    for body in nothing:
        assert saved.does(f"PUT {ONE}", body) == before
    named = saved.does(f"PUT {ONE}", {"name": "é" * 255})
    assert named == before | {"name": "é" * 255, "updated_at": named["updated_at"]}
    assert named["updated_at"] > before["updated_at"]
    both = saved.does(f"PUT {ONE}", {"NAME": "", "Variables": None})
    assert both == named | {"name": "", "variables": None, "updated_at": both["updated_at"]}
    assert saved.does(f"PUT {ONE}", {"name": None})["name"] == ""
    assert saved.does(f"GET {ONE}", subject="viewer") == both


def test_an_exact_key_is_read_before_a_look_alike(saved: Scene) -> None:
    assert save(saved, '1, "Variables": 2')["variables"] == 1


def test_payloads_are_listed_newest_first_and_removed_for_good(saved: Scene) -> None:
    made = [saved.names["payload"], *(save(saved, str(at), f"p{at}")["id"] for at in range(2))]
    assert [one["id"] for one in saved.does(f"GET {ALL}")] == made[::-1]
    assert saved.does(f"DELETE {ONE}") is None
    assert [one["id"] for one in saved.does(f"GET {ALL}")] == made[:0:-1]
    saved.refuses("editor", f"DELETE {ONE}", None, NO_PAYLOAD)
    saved.prompt(name="empty")
    assert saved.does("GET /v1/prompts/{empty}/payloads") == []


def test_the_log_has_names_and_no_variables(scene: Scene) -> None:
    scene.prompt("draft")
    save(scene, '{"secret": "variable"}')
    scene.does(f"PUT {ONE}", {"name": "sample", "variables": {"secret": "other"}})
    scene.does(f"DELETE {ONE}")
    scope = f"org:{scene.world.org.id}"
    entries = scene.world.store.read_now(lambda tx: tx.changes.of_scope(scope, Query(limit=3)))
    found = [(one.change.action, dict(one.change.before), dict(one.change.after)) for one in reversed(entries)]
    assert found == [
        ("payload.created", {}, {"name": None}),
        ("payload.updated", {"name": None}, {"name": "sample"}),
        ("payload.deleted", {"name": "sample"}, {}),
    ]
    assert {one.change.object_id for one in entries} == {scene.names["payload"]}
    assert {one.change.prompt_id for one in entries} == {scene.names["prompt"]}
