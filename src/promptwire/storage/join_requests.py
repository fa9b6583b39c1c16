"""Join requests in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from promptwire.domain.join_requests import JoinRequest, JoinStatus, PendingRequest
from promptwire.domain.pages import Slice
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.storage.integrity import unique
from promptwire.storage.rows import from_join_request, to_join_request, to_team
from promptwire.storage.slices import sliced
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

    def pending(self, part: Slice[datetime]) -> Sequence[PendingRequest]:
        """List every pending request, newest first."""
        return self._pending(_requests(), part)

    def pending_for(self, user_id: str, part: Slice[datetime]) -> Sequence[PendingRequest]:
        """List the pending requests for teams of which a person is admin, or whose organization's, newest first."""
        in_team, in_org = team_members.c, organization_members.c
        administered = select(in_team.team_id).where(in_team.user_id == user_id, in_team.role == TeamRole.ADMIN.value)
        governed = select(in_org.org_id).where(in_org.user_id == user_id, in_org.role.in_(_GOVERNING))
        return self._pending(_requests().where(or_(teams.c.id.in_(administered), teams.c.org_id.in_(governed))), part)

    def _one(self, statement: Select[Any]) -> JoinRequest | None:
        row = self._connection.execute(statement).one_or_none()
        return to_join_request(row) if row else None

    def _pending(self, statement: Select[Any], part: Slice[datetime]) -> Sequence[PendingRequest]:
        wanted = join_requests.c
        rows = self._connection.execute(sliced(statement, part, wanted.created_at, wanted.id, descending=True)).all()
        wanted_teams = select(teams).where(teams.c.id.in_({row.team_id for row in rows}))
        found = {row.id: to_team(row) for row in self._connection.execute(wanted_teams)}
        return [
            PendingRequest(request=to_join_request(row), user_email=row.email, team=found[row.team_id]) for row in rows
        ]


def _requests() -> Select[Any]:
    return (
        select(join_requests, users.c.email)
        .join(users, users.c.id == join_requests.c.user_id)
        .join(teams, teams.c.id == join_requests.c.team_id)
        .where(_PENDING)
    )
