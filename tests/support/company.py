"""An organization with people in every place, and everybody who might do something to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from promptwire.domain.changes import Entry, Query
from promptwire.domain.credentials import ApiKey, token_hash
from promptwire.domain.join_requests import JoinRequest, JoinStatus
from promptwire.domain.organizations import Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from support.scene import SUBJECTS, Body, Scene
from support.server import ServerProcess
from support.world import World

CAST: dict[str, Callable[[World], httpx.Client]] = SUBJECTS | {
    "organization viewer": lambda world: world.person(None, "viewer").http,
    "admin key of an owner": lambda world: world.http(
        world.key("admin", maker=world.person(None, "owner").user.id, pinned_role="owner")
    ),
    "admin key, its maker a member now": lambda world: world.http(
        world.key("admin", maker=world.person(None, "member").user.id)
    ),
}

BAD_NAMES: list[tuple[Body, str]] = [
    ({}, "name is required"),
    ({"name": ""}, "name is required"),
    ({"name": " "}, "name is required"),
    ({"name": None}, "name is required"),
    ({"name": "x" * 256}, "name must be at most 255 characters"),
    ({"name": "a\0b"}, "name must not contain control characters"),
    ({"name": 7}, "invalid request body"),
    (["x"], "invalid request body"),
    (b"{", "invalid request body"),
]
"""Bodies with names that no organization and no team may have, and what is said to them."""


class Company(Scene):
    """An organization of two teams.

    It is owned by `{owner}`. `{admin}` is admin of `{team}`, `{colleague}` its editor. `{member}` belongs to the
    organization only, and `{newcomer}` to nothing; `{request}` is the newcomer's pending request to join the team.
    `{other}` is a team with nobody in it, `{lone}` one without organization, whose admin is `{admin}`.
    """

    def __init__(self, server: ServerProcess, store: SqlStore) -> None:
        super().__init__(World(server, store), CAST)
        self.names["org"] = self.world.org.id
        store.write_now(self._fill)

    def _fill(self, tx: Transaction) -> None:
        org, team, at = self.names["org"], self.names["team"], datetime.now(UTC)
        for name, role in (("owner", "owner"), ("admin", "member"), ("colleague", "member"), ("member", "member")):
            tx.organizations.set_role(org, self._person(tx, name), OrgRole(role), at)
        for name, other in (("other", org), ("lone", None)):
            self.names[name] = str(uuid4())
            tx.teams.insert(Team(id=self.names[name], org_id=other, name=name, slug=name, created_at=at))
        tx.teams.set_role(team, self.names["admin"], TeamRole.ADMIN, at)
        tx.teams.set_role(self.names["lone"], self.names["admin"], TeamRole.ADMIN, at)
        tx.teams.set_role(team, self.names["colleague"], TeamRole.EDITOR, at)
        self.names["request"] = str(uuid4())
        tx.join_requests.insert(
            JoinRequest(
                id=self.names["request"],
                team_id=team,
                user_id=self._person(tx, "newcomer"),
                status=JoinStatus.PENDING,
                created_at=at,
                updated_at=at,
            )
        )

    def _person(self, tx: Transaction, name: str) -> str:
        self.names[name] = str(uuid4())
        email = f"{self.names[name]}@example.com"
        at = datetime.now(UTC)
        user = User(id=self.names[name], email=email, is_admin=False, is_verified=True, created_at=at)
        tx.users.insert(user, "no password")
        return user.id

    def signs_in(self, name: str) -> None:
        """Let somebody of the company act, under the name they have."""
        self._clients[name] = self.world.http(self.world.session(self.names[name]))

    def roles(self, name: str) -> dict[str, str]:
        """Give what somebody is in the organization and in its teams."""
        person = self.names[name]

        def read(tx: Transaction) -> dict[str, str]:
            own = {team.name: tx.teams.role(team.id, person) for team in tx.teams.of_user(person)}
            places = own | {"org": tx.organizations.role(self.names["org"], person)}
            named = {self.world.team.name: "team"}
            return {named.get(place, place): role.value for place, role in places.items() if role}

        return self.world.store.read_now(read)

    def pages(self, subject: str, request: str, limit: int) -> list[Any]:
        """Read a list page by page with its cursor; gives all of it."""
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            body = self.ask(subject, f"{request}?limit={limit}&cursor={cursor}").json()
            items = next(value for value in body.values() if isinstance(value, list))
            assert len(items) <= limit
            found, cursor = found + items, body["next_cursor"]
        return found

    def key(self, secret: str) -> ApiKey | None:
        """Give a key as it is stored."""
        return self.world.store.read_now(lambda tx: tx.keys.by_hash(token_hash(secret)))

    def log(self, scope: str = "") -> list[Entry]:
        """Give what happened in the organization, or in another scope, newest first."""
        read = Query(limit=100)
        return list(
            self.world.store.read_now(lambda tx: tx.changes.of_scope(scope or f"org:{self.names['org']}", read))
        )

    def actions(self, scope: str = "") -> list[str]:
        """Give the actions of the same, oldest first."""
        return [entry.change.action for entry in reversed(self.log(scope))]
