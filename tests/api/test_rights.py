"""Who may do what on the prompt routes of `/v1`: DESIGN section 2b, contracts/px0.md 1.1 and 1.2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.credentials import Session, token_hash
from support.scene import SUBJECTS, Scene, said
from support.world import World

READS: list[tuple[str, Any]] = [
    ("GET /v1/teams/{team}/prompts", None),
    ("GET /v1/prompts?team={team}", None),
    ("GET /v1/prompts/{prompt}", None),
    ("GET /v1/prompts/{slug}?version=1", None),
    ("GET /v1/prompts/{prompt}/versions", None),
    ("GET /v1/prompts/{prompt}/versions/1", None),
    ("GET /v1/prompts/{prompt}/tags", None),
    ("GET /v1/prompts/{prompt}/versions/diff?from=1&to=2", None),
    ("GET /v1/prompts/{prompt}/payloads", None),
    ("POST /v1/prompts/{slug}/render", {"variables": {"name": "Ada"}}),
    ("POST /v1/prompts/{slug}/versions/2/render", {"variables": {"name": "Ada"}}),
    ("GET /v1/prompts/{slug}/resolve", None),
]
WRITES: list[tuple[str, Any]] = [
    ("POST /v1/teams/{team}/prompts", {"name": "x"}),
    ("PUT /v1/prompts/{prompt}", {"description": "x"}),
    ("POST /v1/prompts/{prompt}/versions", {"template": "x"}),
    ("PUT /v1/prompts/{prompt}/versions/2", {"template": "x"}),
    ("POST /v1/prompts/{prompt}/versions/1/duplicate", None),
    ("POST /v1/prompts/{prompt}/versions/1/tags", {"tag": "other"}),
    ("DELETE /v1/prompts/{prompt}/tags/prod", None),
    ("POST /v1/prompts/{prompt}/payloads", {"variables": {}}),
    ("POST /v1/prompts/{prompt}/versions/2/promote", None),
    ("POST /v1/prompts/{prompt}/versions/2/promote", {"to": "live"}),
    ("POST /v1/prompts/{prompt}/versions/2/demote", None),
    ("POST /v1/prompts/{prompt}/versions/1/archive", None),
    ("DELETE /v1/prompts/{prompt}/versions/2", None),
]
"""In an order in which all can be done to one prompt."""
ADMINISTRATION: list[tuple[str, Any]] = [
    ("POST /v1/prompts/{prompt}/archive", None),
    ("POST /v1/prompts/{prompt}/restore", None),
]
UNAUTHORIZED = "401 unauthorized: unauthorized"
FORBIDDEN = "403 forbidden: forbidden"
HIDDEN = "404 prompt_not_found: prompt not found"

RIGHTS = {
    "nobody": (UNAUTHORIZED, UNAUTHORIZED, UNAUTHORIZED),
    "unknown session": (UNAUTHORIZED, UNAUTHORIZED, UNAUTHORIZED),
    "unknown key": (UNAUTHORIZED, UNAUTHORIZED, UNAUTHORIZED),
    "unverified editor": 3 * ("403 user_not_verified: user is not verified",),
    "stranger": (HIDDEN, HIDDEN, HIDDEN),
    "instance admin": (HIDDEN, HIDDEN, HIDDEN),
    "organization owner": (HIDDEN, HIDDEN, HIDDEN),
    "key of another team": (HIDDEN, HIDDEN, HIDDEN),
    "key of another organization": (HIDDEN, HIDDEN, HIDDEN),
    "viewer": ("200", FORBIDDEN, FORBIDDEN),
    "read_render key": ("200", FORBIDDEN, FORBIDDEN),
    "editor": ("200", "changes", FORBIDDEN),
    "editor, organization admin": ("200", "changes", FORBIDDEN),
    "all key": ("200", "changes", FORBIDDEN),
    "key of this team": ("200", "changes", FORBIDDEN),
    "team admin": ("200", "changes", "changes"),
    "admin key": ("200", "changes", "changes"),
}


def test_the_table_names_every_subject() -> None:
    assert RIGHTS.keys() == SUBJECTS.keys()


@pytest.fixture(scope="module")
def readable(shared: Scene) -> Scene:
    shared.prompt("live", "draft", tags={"prod": 1})
    return shared


@pytest.mark.parametrize("subject", RIGHTS)
@pytest.mark.parametrize(("at", "requests"), [(0, READS), (1, WRITES), (2, ADMINISTRATION)], ids="rwa")
def test_a_subject_may_do_what_the_table_says(
    readable: Scene, subject: str, at: int, requests: list[tuple[str, Any]]
) -> None:
    expected = RIGHTS[subject][at]
    if expected == "changes":
        readable.prompt("live", "draft", tags={"prod": 1}, name="own")
    for request, body in requests:
        before = readable.changes()
        if expected == "changes":
            own = body | {"name": f"p {uuid4().hex}"} if body and "name" in body else body
            assert readable.ask(subject, request.replace("{prompt}", "{own}"), own).is_success, request
        else:
            of_team = expected == HIDDEN and "{team}" in request  # px0 says 403 of teams
            assert said(readable.ask(subject, request, body)) == (FORBIDDEN if of_team else expected), request
        assert (readable.changes() > before) is (expected == "changes")


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("POST /v1/teams/nonsense/prompts", b"no JSON"),
        ("GET /v1/prompts?team=nonsense", None),
        ("PUT /v1/prompts/nonsense", b"no JSON"),
        ("GET /v1/prompts/{prompt}/versions?status=nonsense", None),
        ("POST /v1/prompts/{unknown}/versions/1/tags", {"tag": "live"}),
        ("DELETE /v1/prompts/{slug}/tags/nope", None),
        ("POST /v1/prompts/no_such_slug/render", b"no JSON"),
        ("GET /v1/prompts/{slug}/resolve?label=prod&version=1", None),
    ],
)
def test_who_is_nobody_learns_nothing(readable: Scene, request_: str, body: Any) -> None:
    for subject in ("nobody", "unknown key", "unknown session"):
        readable.refuses(subject, request_, body, UNAUTHORIZED)


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
