"""Teams and their members in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from promptwire.domain.numbered_pages import Numbered
from promptwire.domain.organizations import Team, TeamMember
from promptwire.domain.roles import TeamRole
from promptwire.storage.integrity import unique
from promptwire.storage.numbered_pages import oldest_first
from promptwire.storage.rows import AnyRow, from_team, to_team, to_user
from promptwire.storage.tables import team_members, teams, users


class Teams:
    """Teams and their members."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, team_id: str) -> Team | None:
        """Give a team by id."""
        row = self._connection.execute(select(teams).where(teams.c.id == team_id)).one_or_none()
        return to_team(row) if row else None

    def lock(self, team_id: str) -> None:
        """Hold off everybody else who governs or moves the team's labels until the transaction ends."""
        self._connection.execute(select(teams.c.id).where(teams.c.id == team_id).with_for_update(key_share=True))

    def lock_whole(self, team_id: str) -> None:
        """Hold off also who adds anything to the team, so that all of it can be removed."""
        self._connection.execute(select(teams.c.id).where(teams.c.id == team_id).with_for_update())

    def insert(self, team: Team) -> None:
        """Add a team."""
        with unique("team"):
            self._connection.execute(insert(teams).values(from_team(team)))

    def update(self, team: Team) -> None:
        """Write organization, name and slug."""
        with unique("team"):
            self._connection.execute(update(teams).where(teams.c.id == team.id).values(from_team(team)))

    def delete(self, team_id: str) -> None:
        """Remove a team for good, with all that it owns."""
        self._connection.execute(delete(teams).where(teams.c.id == team_id))

    def of_user(self, user_id: str) -> Sequence[Team]:
        """List the teams a person belongs to, by name."""
        rows = self._connection.execute(
            select(teams)
            .join(team_members, team_members.c.team_id == teams.c.id)
            .where(team_members.c.user_id == user_id)
        )
        return _by_name(rows)

    def all(self) -> Sequence[Team]:
        """List every team, by name."""
        return _by_name(self._connection.execute(select(teams)))

    def of_org(self, org_id: str) -> Sequence[Team]:
        """List the teams of an organization, by name."""
        return _by_name(self._connection.execute(select(teams).where(teams.c.org_id == org_id)))

    def members(self, team_id: str) -> Sequence[TeamMember]:
        """List who belongs to a team, who came first first."""
        return self._members(_people(team_id).order_by(team_members.c.created_at, users.c.id))

    def page_of_members(self, team_id: str, asked: Numbered) -> Sequence[TeamMember]:
        """Give a page of the same: one more than the limit."""
        return self._members(oldest_first(_people(team_id), team_members.c.created_at, users.c.id, asked))

    def count_members(self, team_id: str) -> int:
        """Count who belongs to a team."""
        return self._connection.execute(select(func.count()).where(team_members.c.team_id == team_id)).scalar_one()

    def admins(self, team_id: str) -> Sequence[str]:
        """List the ids of the admins."""
        member = team_members.c
        admins = select(member.user_id).where(member.team_id == team_id, member.role == TeamRole.ADMIN.value)
        return self._connection.execute(admins).scalars().all()

    def remove_member(self, team_id: str, user_id: str) -> None:
        """Let a person belong to a team no longer."""
        member = team_members.c
        self._connection.execute(delete(team_members).where(member.team_id == team_id, member.user_id == user_id))

    def role(self, team_id: str, user_id: str) -> TeamRole | None:
        """Give a person's role; None for who does not belong."""
        member = team_members.c
        role = self._connection.execute(
            select(member.role).where(member.team_id == team_id, member.user_id == user_id)
        ).scalar()
        return TeamRole(role) if role else None

    def has_members(self, team_id: str) -> bool:
        """Tell whether anybody belongs to the team."""
        statement = select(team_members.c.user_id).where(team_members.c.team_id == team_id).limit(1)
        return self._connection.execute(statement).first() is not None

    def set_role(self, team_id: str, user_id: str, role: TeamRole, at: datetime) -> None:
        """Add a member, or change the role of one."""
        member = team_members.c
        changed = self._connection.execute(
            update(team_members).where(member.team_id == team_id, member.user_id == user_id).values(role=role.value)
        )
        if not changed.rowcount:
            self._connection.execute(
                insert(team_members).values(team_id=team_id, user_id=user_id, role=role.value, created_at=at)
            )

    def _members(self, statement: Select[Any]) -> list[TeamMember]:
        rows = self._connection.execute(statement)
        return [TeamMember(user=to_user(row), role=TeamRole(row.role), created_at=row.since) for row in rows]


def _people(team_id: str) -> Select[Any]:
    member = team_members.c
    joined = select(users, member.role, member.created_at.label("since")).join(
        team_members, member.user_id == users.c.id
    )
    return joined.where(member.team_id == team_id)


def _by_name(rows: Iterable[AnyRow]) -> list[Team]:
    """Sort here: a database may order texts as a language does, each in its way."""
    return [to_team(row) for row in sorted(rows, key=lambda row: (row.name_key, row.id))]
