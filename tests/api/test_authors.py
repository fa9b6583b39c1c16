"""Who wrote a version, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene

CREATE = "POST /v1/prompts/{prompt}/versions"
READERS = ["viewer", "editor", "team admin", "all key", "admin key", "key of this team", "read_render key"]


def me(scene: Scene, subject: str) -> dict[str, Any]:
    person: dict[str, Any] = scene.ask(subject, "GET /v1/auth/me").json()["user"]
    return person


def authors(scene: Scene, subject: str) -> list[dict[str, Any]]:
    listed = scene.ask(subject, "GET /v1/prompts/{prompt}/versions").json()["versions"]
    for version in listed:
        one = scene.ask(subject, f"GET /v1/prompts/{{prompt}}/versions/{version['version']}").json()["version"]
        assert one["author"] == version["author"]
    return [version["author"] for version in listed]


@pytest.mark.parametrize("subject", READERS)
def test_the_author_is_named_to_whoever_sees_members(scene: Scene, subject: str) -> None:
    scene.prompt()
    person = me(scene, "editor")
    made = scene.does(CREATE, {"template": "x"})
    assert made["author"] == {"kind": "user", "id": person["id"], "name": person["email"]}
    shown = None if subject == "read_render key" else person["email"]
    assert authors(scene, subject) == [{"kind": "user", "id": person["id"], "name": shown}]


def test_whoever_rewrites_a_draft_is_in_the_log_and_its_author_stays(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"template": "x"})
    changed = scene.does("PUT /v1/prompts/{prompt}/versions/1", {"template": "y"}, subject="team admin")
    assert changed["author"] == made["author"]
    (entry,) = scene.entries(scene.changes() - 1)
    assert entry.change.subject_id == me(scene, "team admin")["id"]


def test_a_person_who_left_is_an_id(scene: Scene) -> None:
    scene.prompt()
    person = me(scene, "editor")
    scene.does(CREATE, {"template": "x"})
    scene.world.store.write_now(lambda tx: tx.teams.remove_member(scene.world.team.id, person["id"]))
    assert authors(scene, "viewer")[0]["name"] == person["email"]  # still in the organization
    scene.world.store.write_now(lambda tx: tx.organizations.remove_member(scene.world.org.id, person["id"]))
    assert authors(scene, "viewer") == [{"kind": "user", "id": person["id"], "name": None}]


def test_keys_and_the_server_write_too(scene: Scene) -> None:
    scene.prompt("draft")
    scene.does(CREATE, {"template": "x"}, subject="all key")
    by_key, by_server = authors(scene, "viewer")
    assert by_key["kind"] == "api_key"
    assert by_server == ({"kind": "system", "id": "operator", "name": None})
    assert by_key["name"]
    assert authors(scene, "read_render key")[0]["name"] is None
