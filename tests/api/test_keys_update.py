"""API keys after they were made: changed, renewed, adopted, expired; a key never does more unless somebody says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.credentials import ApiKey, token_hash
from support.answers import newest
from support.scene import SUBJECTS, Body, Scene, said
from support.waiting import eventually
from support.world import Person, World

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
    "unverified editor": "403 user_not_verified: user is not verified",
    "stranger": NO_KEY,
    "viewer": FORBIDDEN,
    "editor": FORBIDDEN,
    "team admin": FORBIDDEN,
    "editor, organization admin": "200",
    "organization owner": "200",
    "instance admin": "200",
}


class Made:
    """A key of the organization, its maker, and its secret."""

    def __init__(self, scene: Scene, maker: Person | None = None, **fields: Any) -> None:
        self.scene, self.world = scene, scene.world
        self.maker = maker or scene.world.person("admin", "admin")
        body = {"name": "ci", "org_id": scene.world.org.id} | fields
        answer = self.maker.http.post("/v1/api-keys", json=body)
        assert answer.status_code == 201, answer.text
        self.made: dict[str, Any] = answer.json()
        scene.names["key"] = self.made["id"]
        self.http = scene.world.http(self.made["key"])

    @property
    def stored(self) -> ApiKey:
        """Give the key as it is now."""
        key = self.world.store.read_now(lambda tx: tx.keys.get(self.made["id"]))
        assert key
        return key

    def update(self, by: httpx.Client | None = None, **fields: Any) -> httpx.Response:
        """Change it, as its maker unless somebody else is given."""
        return (by or self.maker.http).put(f"/v1/api-keys/{self.made['id']}", json=fields)

    def post(self, action: str, by: httpx.Client | None = None) -> httpx.Response:
        """Do something else with it."""
        return (by or self.maker.http).post(f"/v1/api-keys/{self.made['id']}/{action}")

    def writes(self) -> bool:
        """Tell whether it can create a prompt in the team."""
        return self.http.post(f"/v1/teams/{self.world.team.id}/prompts", json={"name": f"p {uuid4()}"}).is_success

    def reads(self) -> int:
        """Give the status of a read."""
        return self.http.get(f"/v1/teams/{self.world.team.id}/prompts").status_code


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
        ("2020-01-01T00:00:00Z", "400 invalid_input: expires_at must be in the future"),
        (1, BAD_BODY),
    ],
)
def test_a_key_is_not_made_to_have_ended(scene: Scene, expires_at: Any, expected: str) -> None:
    body = {"name": "ci", "org_id": scene.world.org.id, "expires_at": expires_at}
    scene.refuses("editor, organization admin", "POST /v1/api-keys", body, expected)


def test_a_new_secret_ends_the_old_one(scene: Scene) -> None:
    key = Made(scene, operation="all", expires_at=FUTURE)
    before = key.stored
    answer = key.post("regenerate")
    renewed = answer.json()
    assert renewed == key.made | {"key": renewed["key"]}
    assert renewed["key"] != key.made["key"]
    assert key.reads() == 401
    assert key.world.http(renewed["key"]).get("/v1/prompts").status_code == 200
    assert replace(key.stored, last_used_at=None) == before
    found = key.world.store.read_now(lambda tx: tx.keys.by_hash(token_hash(renewed["key"])))
    assert found
    assert found.id == before.id
    entry = newest(scene.world, "key.regenerated", f"org:{scene.world.org.id}").change
    assert (entry.object_id, dict(entry.before), dict(entry.after)) == (before.id, {}, {"credential_changed": True})


WIDER = [
    {"operation": "admin"},
    {"all_teams": True},
    {"team_ids": "both"},
    {"expires_at": FURTHER},
    {"expires_at": "never"},
]
NARROWER = [
    {"name": "x"},
    {"operation": "read_render"},
    {"team_ids": "own"},
    {"expires_at": "2099-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("change", WIDER, ids=str)
def test_nobody_lends_a_key_what_they_do_not_have(scene: Scene, change: dict[str, Any]) -> None:
    world = scene.world
    owner = world.person("admin", "owner")
    key = Made(scene, owner, operation="all", team_ids=[world.team.id], expires_at=FUTURE)
    fields = change | ({"team_ids": [world.team.id, world.new_team(world.org.id).id]} if "team_ids" in change else {})
    admin, before = world.person(org_role="admin").http, key.stored
    refused = [key.update(admin, **fields), key.post("regenerate", admin)]
    assert {said(one) for one in refused} == {FORBIDDEN}
    assert refused[0].json()["details"] == {"needs": "organization role owner", "has": "admin"}
    assert key.stored == before
    world.join_org(owner.user.id, "admin")  # who made it may still widen it: it gets no more than they have now
    assert key.update(**fields).status_code == 200
    assert key.update(world.person(org_role="owner").http, name="x").status_code == 200


@pytest.mark.parametrize("change", NARROWER, ids=str)
def test_any_administrator_narrows_a_key(scene: Scene, change: dict[str, Any]) -> None:
    world = scene.world
    teams = [world.team.id, world.new_team(world.org.id).id]
    key = Made(scene, world.person("admin", "owner"), operation="all", team_ids=teams, expires_at=FUTURE)
    fields = change | ({"team_ids": teams[:1]} if "team_ids" in change else {})
    assert key.update(world.person(org_role="admin").http, **fields).status_code == 200


def test_a_key_whose_maker_left_writes_again_once_it_is_adopted(scene: Scene) -> None:
    world = scene.world
    key = Made(scene, operation="all")
    assert key.writes()
    world.leave(key.maker.user.id)
    assert (key.writes(), key.reads()) == (False, 200)
    admin = world.person(org_role="admin")
    adopted = key.post("adopt", admin.http).json()["api_key"]
    assert adopted["created_by"] == admin.user.id
    assert key.writes()
    entry = newest(world, "key.adopted", f"org:{world.org.id}").change
    assert (entry.before["user_id"], entry.after["user_id"]) == (key.maker.user.id, admin.user.id)
    before = scene.changes()
    assert key.post("adopt", admin.http).json()["api_key"]["created_by"] == admin.user.id
    assert scene.changes() == before


@pytest.mark.parametrize(
    ("pinned", "adopter", "then"),
    [
        ("admin", "owner", "admin"),
        ("owner", "admin", "admin"),
        ("owner", "owner", "owner"),
        ("member", "owner", "member"),
    ],
)
def test_adoption_never_raises_what_a_key_may_do(world: World, pinned: str, adopter: str, then: str) -> None:
    secret = world.key("admin", maker=world.person("admin", "owner").user.id, pinned_role=pinned)
    key = world.store.read_now(lambda tx: tx.keys.by_hash(token_hash(secret)))
    assert key
    answer = world.person(org_role=adopter).http.post(f"/v1/api-keys/{key.id}/adopt")
    assert said(answer) == "200"
    adopted = world.store.read_now(lambda tx: tx.keys.get(key.id))
    assert adopted
    assert adopted.pinned_role.value == then


def test_a_limited_key_whose_teams_are_gone_reaches_nothing(scene: Scene) -> None:
    key = Made(scene, team_ids=[scene.world.new_team(scene.world.org.id).id])
    gone = replace(key.stored, team_ids=())
    scene.world.store.write_now(lambda tx: tx.keys.update(gone))
    listed = key.maker.http.get("/v1/api-keys", params={"org_id": scene.world.org.id}).json()["api_keys"][0]
    assert ("team_id" in listed, listed["team_ids"], key.reads()) == (False, [], 403)
