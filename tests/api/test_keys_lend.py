"""Who answers for an API key: nobody lends it rights they do not have, and an administrator may adopt it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from promptwire.domain.credentials import token_hash
from support.answers import newest
from support.keys import Made
from support.scene import Scene, said
from support.world import World

FORBIDDEN = "403 forbidden: forbidden"
FUTURE, FURTHER = "2100-01-01T00:00:00Z", "2101-01-01T00:00:00Z"


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
