"""What a credential is, what a key still may when its maker may not, and that who may not is told so first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.credentials import Session, token_hash
from support.scene import Scene
from support.world import World

FORBIDDEN = "403 forbidden: forbidden"


@pytest.fixture(scope="module")
def readable(shared: Scene) -> Scene:
    shared.prompt("live", "draft", tags={"prod": 1})
    return shared


@pytest.mark.parametrize("subject", ["viewer", "read_render key"])
@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("POST /v1/teams/{team}/prompts", b"no JSON"),
        ("PUT /v1/prompts/{prompt}", b"no JSON"),
        ("POST /v1/prompts/{prompt}/versions", {"template": "{{"}),
        ("PUT /v1/prompts/{prompt}/versions/99", {"template": ""}),
        ("PUT /v1/prompts/{prompt}/versions/1", {"template": "not a draft"}),
        ("POST /v1/prompts/{prompt}/versions/1/promote", {"to": "nonsense"}),
        ("POST /v1/prompts/{prompt}/versions/2/demote", None),
        ("POST /v1/prompts/{prompt}/versions/99/tags", {"tag": "live"}),
        ("DELETE /v1/prompts/{prompt}/tags/nope", None),
    ],
)
def test_who_may_not_is_told_that_first(readable: Scene, subject: str, request_: str, body: Any) -> None:
    assert readable.refuses(subject, request_, body, FORBIDDEN) == {"needs": "team role editor", "has": "viewer"}


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("Bearer {}", True),
        ("Bearer  {}", True),
        ("bearer {}", False),
        ("BEARER {}", False),
        ("Bearer", False),
        ("Bearer{}", False),
        ("Basic {}", False),
        ("{}", False),
    ],
)
@pytest.mark.parametrize("credential", ["session", "key"])
def test_a_credential_is_a_bearer_token(world: World, header: str, credential: str, *, accepted: bool) -> None:
    token = world.person("viewer").token if credential == "session" else world.key("read_render")
    answer = world.http(None).get("/v1/prompts", headers={"Authorization": header.format(token)})
    assert answer.status_code == (200 if accepted else 401)
    assert world.http(None).get("/v1/prompts", headers={"X-API-Key": token}).status_code == 401


def test_an_expired_session_is_none(world: World) -> None:
    person, now = world.person("viewer"), datetime.now(UTC)
    token = f"sess_{uuid4().hex}"
    over = now - timedelta(seconds=1)
    session = Session(id=str(uuid4()), user_id=person.user.id, created_at=over - timedelta(hours=1), expires_at=over)
    world.store.write_now(lambda tx: tx.sessions.insert(session, token_hash(token)))
    assert world.http(token).get("/v1/prompts").status_code == 401


class Key:
    """A key of `all` with its maker, a team editor, and a prompt to try it on."""

    def __init__(self, scene: Scene, **options: Any) -> None:
        self.world, self.names = scene.world, scene.prompt("live")
        self.maker = scene.world.person("editor", "member").user.id
        self.http = scene.world.http(scene.world.key("all", maker=self.maker, pinned_role="member", **options))

    def may(self) -> tuple[bool, bool]:
        """Tell whether it reads, and whether it writes."""
        body = {"variables": {"name": "x"}}
        reads = self.http.post(f"/v1/prompts/{self.names['slug']}/render", json=body)
        return reads.is_success, self._write().is_success

    def _write(self) -> httpx.Response:
        return self.http.post(f"/v1/prompts/{self.names['id']}/versions", json={"template": "x"})


def test_a_key_goes_on_reading_and_stops_writing_when_its_maker_may_no_longer(scene: Scene) -> None:
    key = Key(scene)
    assert key.may() == (True, True)
    key.world.join_team(key.maker, "viewer")
    assert key.may() == (True, False)
    key.world.join_team(key.maker, "editor")
    assert key.may() == (True, True)
    key.world.leave(key.maker)
    assert key.may() == (True, False)


def test_a_key_of_a_member_writes_only_where_its_maker_edits(scene: Scene) -> None:
    key = Key(scene)
    other = scene.world.new_team(scene.world.org.id)
    answer = key.http.post(f"/v1/teams/{other.id}/prompts", json={"name": "x"})
    assert (answer.status_code, answer.json()["details"]) == (403, {"needs": "team role editor", "has": "viewer"})


def test_a_key_of_the_organization_reaches_teams_made_later(scene: Scene) -> None:
    scene.client("all key")
    later = scene.world.new_team(scene.world.org.id)
    assert scene.ask("all key", f"POST /v1/teams/{later.id}/prompts", {"name": "x"}).status_code == 201
