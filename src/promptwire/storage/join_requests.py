"""Join requests in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from promptwire.domain.join_requests import JoinRequest, JoinStatus, PendingRequest
from promptwire.domain.organizations import Team
from promptwire.domain.pages import Cut, Moment
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.storage.integrity import unique
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import AnyRow, from_join_request, to_join_request
from promptwire.storage.tables import join_requests, organization_members, team_members, teams, users

_GOVERNING = (OrgRole.ADMIN.value, OrgRole.OWNER.value)
_PENDING = join_requests.c.status == JoinStatus.PENDING.value


class JoinRequests:
    """Who would like to belong to a team."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, request_id: str) -> JoinRequest | None:
        """Give a request by id."""
        return self._one(select(join_requests).where(join_requests.c.id == request_id))

    def pending_of(self, team_id: str, user_id: str) -> JoinRequest | None:
        """Give the pending request of a person for a team."""
        wanted = join_requests.c
        return self._one(select(join_requests).where(wanted.team_id == team_id, wanted.user_id == user_id, _PENDING))

    def insert(self, request: JoinRequest) -> None:
        """Add a request."""
        with unique("join request"):
            self._connection.execute(insert(join_requests).values(from_join_request(request)))

    def update(self, request: JoinRequest) -> None:
        """Write the status."""
        self._connection.execute(
            update(join_requests).where(join_requests.c.id == request.id).values(from_join_request(request))
        )

    def pending(self, cut: Cut[Moment] | None) -> Sequence[PendingRequest]:
        """List every pending request, newest first."""
        return self._pending(_requests(), cut)

    def pending_for(self, user_id: str, cut: Cut[Moment] | None) -> Sequence[PendingRequest]:
        """List those for teams of which a person is admin, or whose organization's administrator."""
        in_team, in_org = team_members.c, organization_members.c
        administered = select(in_team.team_id).where(in_team.user_id == user_id, in_team.role == TeamRole.ADMIN.value)
        governed = select(in_org.org_id).where(in_org.user_id == user_id, in_org.role.in_(_GOVERNING))
        return self._pending(_requests().where(or_(teams.c.id.in_(administered), teams.c.org_id.in_(governed))), cut)

    def _one(self, statement: Select[Any]) -> JoinRequest | None:
        row = self._connection.execute(statement).one_or_none()
        return to_join_request(row) if row else None

    def _pending(self, statement: Select[Any], cut: Cut[Moment] | None) -> Sequence[PendingRequest]:
        return [_pending_request(row) for row in self._connection.execute(newest_first(statement, join_requests, cut))]


def _pending_request(row: AnyRow) -> PendingRequest:
    team = Team(id=row.team_id, org_id=row.org_id, name=row.name, slug=row.slug, created_at=row.team_created_at)
    return PendingRequest(request=to_join_request(row), user_email=row.email, team=team)


def _requests() -> Select[Any]:
    team = teams.c
    return (
        select(
            join_requests,
            users.c.email,
            teams.c.org_id,
            teams.c.name,
            teams.c.slug,
            teams.c.created_at.label("team_created_at"),
        )
        .join(users, users.c.id == join_requests.c.user_id)
        .join(teams, team.id == join_requests.c.team_id)
        .where(_PENDING)
    )
