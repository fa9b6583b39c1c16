"""API keys after they were made: changed, renewed, adopted, expired; a key never does more unless somebody says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from support.answers import newest
from support.keys import Made
from support.scene import SUBJECTS, Body, Scene, said
from support.waiting import eventually

UNAUTHORIZED = "401 unauthorized: unauthorized"
FORBIDDEN = "403 forbidden: forbidden"
NO_KEY = "404 not_found: api key not found"
BAD_BODY = "400 invalid_input: invalid request body"
UPDATE, RENEW, ADOPT = "PUT /v1/api-keys/{key}", "POST /v1/api-keys/{key}/regenerate", "POST /v1/api-keys/{key}/adopt"
FUTURE, FURTHER = "2100-01-01T00:00:00Z", "2101-01-01T00:00:00Z"

RIGHTS = {
    "nobody": UNAUTHORIZED,
    "unknown session": UNAUTHORIZED,
    "unknown key": UNAUTHORIZED,
    "read_render key": UNAUTHORIZED,
    "all key": UNAUTHORIZED,
    "admin key": UNAUTHORIZED,
    "key of this team": UNAUTHORIZED,
    "key of another team": UNAUTHORIZED,
    "key of another organization": UNAUTHORIZED,
    "admin key of this team": UNAUTHORIZED,
    "key, its maker a viewer now": UNAUTHORIZED,
    "key, its maker gone": UNAUTHORIZED,
    "admin key, its maker gone": UNAUTHORIZED,
    "unverified editor": "403 user_not_verified: user is not verified",
    "stranger": NO_KEY,
    "viewer": FORBIDDEN,
    "organization member": FORBIDDEN,
    "editor": FORBIDDEN,
    "team admin": FORBIDDEN,
    "editor, organization admin": "200",
    "organization owner": "200",
    "organization admin": "200",
    "instance admin, viewer": "200",
    "instance admin": "200",
}


def test_the_table_names_every_subject() -> None:
    assert RIGHTS.keys() == SUBJECTS.keys()


@pytest.mark.parametrize("subject", RIGHTS)
@pytest.mark.parametrize(("request_", "body"), [(UPDATE, {"name": "other"}), (RENEW, None), (ADOPT, None)])
def test_a_subject_may_do_what_the_table_says(scene: Scene, subject: str, request_: str, body: Body) -> None:
    Made(scene)
    expected = RIGHTS[subject]
    if (subject, request_) == ("instance admin", ADOPT):
        expected = FORBIDDEN  # not a member: the key would not write for them
    if expected == "200":
        assert said(scene.ask(subject, request_, body)) == "200"
    else:
        scene.refuses(subject, request_, body, expected)


@pytest.mark.parametrize("request_", [UPDATE, RENEW, ADOPT])
def test_a_key_that_is_not_there_is_not_found(scene: Scene, request_: str) -> None:
    Made(scene)
    admin = "editor, organization admin"
    for key, expected in (("nonsense", "400 invalid_input: invalid id"), (str(uuid4()), NO_KEY)):
        scene.refuses(admin, request_.format(key=key), {"name": "x"}, expected)
    assert said(scene.ask(admin, "DELETE /v1/api-keys/{key}")) == "204"
    scene.refuses(admin, request_, {"name": "x"}, NO_KEY)


def test_only_what_is_given_changes(scene: Scene) -> None:
    key = Made(scene, team_ids=[scene.world.team.id], expires_at=FUTURE)
    before = key.stored
    listed = key.maker.http.get("/v1/api-keys", params={"org_id": scene.world.org.id}).json()["api_keys"][0]
    changes = scene.changes()
    for nothing in ({}, {"name": None, "team_ids": None, "operation": None, "expires_at": None, "all_teams": None}):
        answer = key.update(**nothing)
        assert (answer.status_code, answer.json()) == (200, {"api_key": listed})
    assert key.update(name="ci", team_ids=[scene.world.team.id], operation="read_render").status_code == 200
    assert (key.stored, scene.changes()) == (before, changes)
    answer = key.update(name="new name")
    assert answer.json() == {"api_key": listed | {"name": "new name"}}
    entry = newest(scene.world, "key.updated", f"org:{scene.world.org.id}").change
    assert (entry.before["name"], entry.after["name"]) == ("ci", "new name")
    assert entry.after["expires_at"] == "2100-01-01T00:00:00.000000Z"
    assert entry.object_id == key.made["id"]


ORG_WIDE = (
    "400 invalid_input: team_ids must name a team; "
    "a key becomes good for the whole organization only by all_teams: true"
)
RFC3339 = "400 invalid_input: expires_at must be an RFC 3339 time, such as 2030-01-31T12:00:00Z"
REFUSED = [
    (b"no JSON", BAD_BODY),
    ({"name": 1}, BAD_BODY),
    ({"team_ids": "x"}, BAD_BODY),
    ({"team_ids": ["x"]}, BAD_BODY),
    ({"all_teams": "yes"}, BAD_BODY),
    ({"name": ""}, "400 invalid_input: name is required"),
    ({"name": "x" * 256}, "400 invalid_input: name must be at most 255 characters"),
    ({"operation": ""}, "400 invalid_input: invalid operation, must be read_render, all, or admin"),
    ({"operation": "write"}, "400 invalid_input: invalid operation, must be read_render, all, or admin"),
    ({"team_ids": []}, ORG_WIDE),
    ({"team_ids": [str(uuid4())]}, "404 not_found: team not found"),
    ({"expires_at": ""}, RFC3339),
    ({"expires_at": "2100-01-01"}, RFC3339),
    ({"expires_at": "2100-01-01T00:00:00"}, RFC3339),
    ({"expires_at": "2100-02-30T00:00:00Z"}, RFC3339),
    ({"expires_at": "0001-01-01T00:00:00+01:00"}, RFC3339),
    ({"expires_at": "\u0662100-01-01T00:00:00Z"}, RFC3339),
    ({"expires_at": "2020-01-01T00:00:00Z"}, "400 invalid_input: expires_at must be in the future"),
]


@pytest.mark.parametrize(("body", "expected"), REFUSED)
def test_a_change_that_cannot_be_is_refused(scene: Scene, body: Body, expected: str) -> None:
    Made(scene)
    scene.refuses("editor, organization admin", UPDATE, body, expected)
    scene.refuses("editor", UPDATE, body, FORBIDDEN)


def test_teams_are_of_the_organization(scene: Scene) -> None:
    key = Made(scene)
    world = scene.world
    foreign = world.new_team(world.new_org().id).id
    answer = key.update(team_ids=[world.team.id, foreign])
    assert said(answer) == "400 invalid_input: team does not belong to the specified organization"
    answer = key.update(team_ids=[world.team.id], all_teams=True)
    assert said(answer) == "400 invalid_input: give team_ids or all_teams, not both"
    assert key.stored.team_ids is None


def test_a_limit_takes_effect_at_once_and_is_lifted_in_so_many_words(scene: Scene) -> None:
    world = scene.world
    other = world.new_team(world.org.id).id
    key = Made(scene)
    assert key.reads() == 200
    limited = key.update(team_ids=[other, other]).json()["api_key"]
    assert (limited["team_id"], limited["team_ids"]) == (other, [other])
    assert key.reads() == 403
    both = key.update(team_ids=[other, world.team.id]).json()["api_key"]
    assert (both["team_id"], both["team_ids"], key.reads()) == (other, [other, world.team.id], 200)
    key.update(team_ids=[other])
    lifted = key.update(all_teams=True).json()["api_key"]
    assert (lifted.keys() & {"team_id", "team_ids"}, key.reads()) == (set(), 200)


def test_an_operation_takes_effect_at_once(scene: Scene) -> None:
    key = Made(scene)
    assert not key.writes()
    assert key.update(operation="all").json()["api_key"]["operation"] == "all"
    assert key.writes()
    key.update(operation="read_render")
    assert (key.writes(), key.reads()) == (False, 200)


def test_a_key_ends_when_it_says(scene: Scene) -> None:
    key = Made(scene, expires_at="2100-01-01T01:30:00.5+01:30")
    assert key.made["expires_at"] == "2100-01-01T00:00:00.5Z"
    assert (Made(scene).made["expires_at"], Made(scene, expires_at=None).made["expires_at"]) == (None, None)
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    assert key.update(expires_at=soon.isoformat()).status_code == 200
    assert key.reads() == 200
    eventually(lambda: key.reads() == 401)
    assert datetime.now(UTC) >= soon
    assert (key.reads(), key.http.get("/v1/prompts").json()["error"]) == (401, "unauthorized")
    listed = key.maker.http.get("/v1/api-keys", params={"org_id": scene.world.org.id}).json()["api_keys"]
    assert key.made["id"] in [one["id"] for one in listed]
    assert key.update(expires_at="never").json()["api_key"]["expires_at"] is None
    assert key.reads() == 200


@pytest.mark.parametrize(
    ("expires_at", "expected"),
    [
        ("nonsense", RFC3339),
        ("", RFC3339),
        ("2020-01-01T00:00:00Z", "400 invalid_input: expires_at must be in the future"),
        (1, BAD_BODY),
    ],
)
def test_a_key_is_not_made_to_have_ended(scene: Scene, expires_at: Any, expected: str) -> None:
    body = {"name": "ci", "org_id": scene.world.org.id, "expires_at": expires_at}
    scene.refuses("editor, organization admin", "POST /v1/api-keys", body, expected)


def test_a_limited_key_whose_teams_are_gone_reaches_nothing(scene: Scene) -> None:
    key = Made(scene, team_ids=[scene.world.new_team(scene.world.org.id).id])
    gone = replace(key.stored, team_ids=())
    scene.world.store.write_now(lambda tx: tx.keys.update(gone))
    listed = key.maker.http.get("/v1/api-keys", params={"org_id": scene.world.org.id}).json()["api_keys"][0]
    assert ("team_id" in listed, listed["team_ids"], key.reads()) == (False, [], 403)
