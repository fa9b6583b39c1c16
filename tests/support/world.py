"""People, teams and keys for a test, put straight into the store that the server serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
from argon2 import PasswordHasher
from sqlalchemy import delete

from promptwire.domain.credentials import KEY_PREFIX, SESSION_PREFIX, ApiKey, Session, token_hash
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.users import User
from promptwire.services.secrets import new_secret
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import organization_members, team_members
from support.server import ServerProcess

PASSWORD = "Correct-Horse-1"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Of everybody: it is quick to compare, for what that costs is said in the hash."""


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    user: User
    token: str
    http: httpx.Client


class World:
    """One organization with one team, and whoever a test puts there; other tests have their own."""

    def __init__(self, server: ServerProcess, store: SqlStore) -> None:
        self.server = server
        self.store = store
        self.clients: list[httpx.Client] = []
        self.org = self.new_org()
        self.team = self.new_team(self.org.id)

    def new_org(self) -> Organization:
        """Add an organization."""
        org = Organization(id=str(uuid4()), name=f"Org {uuid4()}", created_at=_now())
        self.store.write_now(lambda tx: tx.organizations.insert(org))
        return org

    def new_team(self, org_id: str | None, slug: str | None = None) -> Team:
        """Add a team; None for one without organization."""
        name = slug or f"team_{uuid4().hex}"
        team = Team(id=str(uuid4()), org_id=org_id, name=name, slug=name, created_at=_now())
        self.store.write_now(lambda tx: tx.teams.insert(team))
        return team

    def person(
        self,
        team_role: str | None = None,
        org_role: str | None = None,
        *,
        is_admin: bool = False,
        is_verified: bool = True,
    ) -> Person:
        """Add somebody who is signed in, with roles in this organization and team."""
        user = User(
            id=str(uuid4()),
            email=f"{uuid4().hex}@example.com",
            is_admin=is_admin,
            is_verified=is_verified,
            created_at=_now(),
        )
        self.store.write_now(lambda tx: tx.users.insert(user, PASSWORD_HASH))
        token = self.session(user.id)
        if org_role or team_role:
            self.join_org(user.id, org_role or "member")
        if team_role:
            self.join_team(user.id, team_role)
        return Person(user, token, self.http(token))

    def session(self, user_id: str) -> str:
        """Let somebody sign in; gives the token."""
        token = new_secret(SESSION_PREFIX)
        session = Session(id=str(uuid4()), user_id=user_id, created_at=_now(), expires_at=_now() + timedelta(hours=1))
        self.store.write_now(lambda tx: tx.sessions.insert(session, token_hash(token)))
        return token

    def join_org(self, user_id: str, role: str, org_id: str | None = None) -> None:
        """Make somebody a member, or change the role."""
        self.store.write_now(
            lambda tx: tx.organizations.set_role(org_id or self.org.id, user_id, OrgRole(role), _now())
        )

    def join_team(self, user_id: str, role: str, team_id: str | None = None) -> None:
        """Make somebody a member, or change the role."""
        self.store.write_now(lambda tx: tx.teams.set_role(team_id or self.team.id, user_id, TeamRole(role), _now()))

    def leave(self, user_id: str) -> None:
        """Make somebody no member any more, of the organization and its teams."""
        with self.store.engines.writer.begin() as connection:
            for members in (team_members, organization_members):
                connection.execute(delete(members).where(members.c.user_id == user_id))

    def key(
        self,
        operation: str = "all",
        *,
        maker: str | None = None,
        teams: tuple[str, ...] | None = None,
        pinned_role: str = "admin",
        reads: tuple[str, ...] | None = None,
        moves: tuple[str, ...] | None = None,
    ) -> str:
        """Add an API key of the organization; its maker is a new administrator unless one is given."""
        made_by = maker or self.person(org_role="admin").user.id
        key = ApiKey(
            id=str(uuid4()),
            name="test",
            org_id=self.org.id,
            team_ids=teams,
            operation=Operation(operation),
            pinned_role=OrgRole(pinned_role),
            created_by=made_by,
            created_at=_now(),
            readable_labels=reads,
            movable_labels=moves,
        )
        secret = new_secret(KEY_PREFIX)
        self.store.write_now(lambda tx: tx.keys.insert(key, token_hash(secret)))
        return secret

    def http(self, token: str | None) -> httpx.Client:
        """Give an HTTP client that sends a token."""
        client = self.server.client(token)
        self.clients.append(client)
        return client

    def prompt(self, http: httpx.Client, *templates: str, team_id: str | None = None, name: str | None = None) -> str:
        """Create a prompt with a draft of each text; gives its id."""
        answer = http.post(f"/v1/teams/{team_id or self.team.id}/prompts", json={"name": name or f"p {uuid4().hex}"})
        assert answer.status_code == 201, answer.text
        prompt_id: str = answer.json()["prompt"]["id"]
        for template in templates:
            assert http.post(f"/v1/prompts/{prompt_id}/versions", json={"template": template}).status_code == 201
        return prompt_id

    def close(self) -> None:
        """Close every client."""
        for client in self.clients:
            client.close()


def _now() -> datetime:
    return datetime.now(UTC)
