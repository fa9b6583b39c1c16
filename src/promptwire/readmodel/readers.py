"""Who reads: credentials, and the teams whose prompts they see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from promptwire.domain.changes import Scope
from promptwire.domain.credentials import SESSION_PREFIX, ApiKey, Session, token_hash
from promptwire.domain.errors import DomainError, Unauthenticated, UserNotVerified
from promptwire.domain.label_limits import readable
from promptwire.domain.organizations import Team
from promptwire.domain.subjects import KeySubject, Subject, UserSubject
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.readmodel import topics
from promptwire.readmodel.shelves import OVERHEAD, Kept

NEVER = float("inf")
_TEAM_SIZE = 400


class View:
    """A set of teams: all who see the same teams share what slugs mean to them."""

    __slots__ = ("__weakref__", "team_ids")

    def __init__(self, team_ids: tuple[str, ...]) -> None:
        self.team_ids = team_ids


class Reader(Kept):
    """A credential that reads: whose it is, until when it counts, and what it sees."""

    __slots__ = ("key_id", "limit", "memo", "subject", "teams", "until", "view")

    def __init__(self, subject: Subject, teams: Sequence[Team], *, until: datetime | None, follows: set[str]) -> None:
        super().__init__(follows, OVERHEAD + _TEAM_SIZE * len(teams))
        self.subject = subject
        self.key_id = subject.key.id if isinstance(subject, KeySubject) else None
        self.limit = readable(subject)
        self.teams = {team.id: team for team in teams}
        self.until = until.timestamp() if until else NEVER
        """When it ends, in seconds since the epoch."""
        self.view = View(tuple(sorted(self.teams)))
        self.memo: dict[object, Any] = {}
        """What was found for a request's target, while that is fresh."""


class Refusal(Kept):
    """A credential that does not read, and why."""

    __slots__ = ("error",)

    def __init__(self, error: DomainError, follows: set[str]) -> None:
        super().__init__(follows)
        self.error = error


def load(tx: Transaction, token: str, now: datetime) -> Reader | Refusal:
    """Find out who a token is (DESIGN section 2b: what is read never depends on who made a key)."""
    digest = token_hash(token)
    if token.startswith(SESSION_PREFIX):
        session = tx.sessions.by_hash(digest)
        return _person(tx, session, now) if session else _unknown()
    key = tx.keys.by_hash(digest)
    return _key(tx, key, now) if key else _unknown()


def _unknown(*follows: str) -> Refusal:
    return Refusal(Unauthenticated(sent=True), {topics.UNKNOWN_TOKENS, *follows})


def _person(tx: Transaction, session: Session, now: datetime) -> Reader | Refusal:
    follows = {topics.of_session(session.id), topics.of_user(session.user_id)}
    user = tx.users.get(session.user_id)
    if user is None or session.expires_at <= now:
        return _unknown(*follows)
    return _reads(tx, user, session, follows) if user.is_verified else Refusal(UserNotVerified(), follows)


def _reads(tx: Transaction, user: User, session: Session, follows: set[str]) -> Reader:
    teams = tx.teams.of_user(user.id)
    follows |= {topics.of_team(team.id) for team in teams}
    return Reader(UserSubject(user), teams, until=session.expires_at, follows=follows)


def _key(tx: Transaction, key: ApiKey, now: datetime) -> Reader | Refusal:
    if key.expires_at is not None and key.expires_at <= now:
        return _unknown(topics.of_key(key.id))
    teams = [team for team in tx.teams.of_org(key.org_id) if key.covers(team_id=team.id, org_id=team.org_id)]
    follows = {topics.of_key(key.id), topics.of_teams(Scope("org", key.org_id))}
    return Reader(KeySubject(key), teams, until=key.expires_at, follows=follows)
