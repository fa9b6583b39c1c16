"""Organizations, teams and their members in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from promptwire.domain.organizations import Member, Membership, Organization, Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.storage.integrity import unique
from promptwire.storage.rows import AnyRow, to_organization, to_team, to_user
from promptwire.storage.tables import organization_members, organizations, team_members, teams, users


class Organizations:
    """Organizations and their members."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, org_id: str) -> Organization | None:
        """Give an organization by id."""
        row = self._connection.execute(select(organizations).where(organizations.c.id == org_id)).one_or_none()
        return to_organization(row) if row else None

    def by_name(self, name: str) -> Organization | None:
        """Give the organization with this name, in any case."""
        statement = select(organizations).where(organizations.c.name_key == name.casefold())
        row = self._connection.execute(statement).one_or_none()
        return to_organization(row) if row else None

    def all(self) -> Sequence[Organization]:
        """List every organization, oldest first."""
        statement = select(organizations).order_by(organizations.c.created_at, organizations.c.id)
        return [to_organization(row) for row in self._connection.execute(statement)]

    def insert(self, organization: Organization) -> None:
        """Add an organization."""
        with unique("organization"):
            self._connection.execute(
                insert(organizations).values(
                    id=organization.id,
                    name=organization.name,
                    name_key=organization.name.casefold(),
                    created_at=organization.created_at,
                )
            )

    def lock(self, org_id: str) -> None:
        """Hold off everybody else who changes who belongs to the organization until the transaction ends."""
        statement = select(organizations.c.id).where(organizations.c.id == org_id)
        self._connection.execute(statement.with_for_update(key_share=True))

    def owners(self, org_id: str) -> Sequence[str]:
        """List the ids of the owners."""
        member = organization_members.c
        owning = select(member.user_id).where(member.org_id == org_id, member.role == OrgRole.OWNER.value)
        return self._connection.execute(owning).scalars().all()

    def of_user(self, user_id: str) -> Sequence[Membership]:
        """List the organizations a person belongs to, oldest first."""
        rows = self._connection.execute(
            select(organizations, organization_members.c.role)
            .join(organization_members, organization_members.c.org_id == organizations.c.id)
            .where(organization_members.c.user_id == user_id)
            .order_by(organizations.c.created_at, organizations.c.id)
        )
        return [Membership(organization=to_organization(row), role=OrgRole(row.role)) for row in rows]

    def members(self, org_id: str) -> Sequence[Member]:
        """List who belongs to an organization, who came first first."""
        member = organization_members.c
        rows = self._connection.execute(
            select(users, member.role)
            .join(organization_members, member.user_id == users.c.id)
            .where(member.org_id == org_id)
            .order_by(member.created_at, users.c.id)
        )
        return [Member(user=to_user(row), role=OrgRole(row.role)) for row in rows]

    def role(self, org_id: str, user_id: str) -> OrgRole | None:
        """Give a person's role; None for who does not belong."""
        member = organization_members.c
        role = self._connection.execute(
            select(member.role).where(member.org_id == org_id, member.user_id == user_id)
        ).scalar()
        return OrgRole(role) if role else None

    def set_role(self, org_id: str, user_id: str, role: OrgRole, at: datetime) -> None:
        """Add a member, or change the role of one."""
        member = organization_members.c
        changed = self._connection.execute(
            update(organization_members)
            .where(member.org_id == org_id, member.user_id == user_id)
            .values(role=role.value)
        )
        if not changed.rowcount:
            self._connection.execute(
                insert(organization_members).values(org_id=org_id, user_id=user_id, role=role.value, created_at=at)
            )


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

    def insert(self, team: Team) -> None:
        """Add a team."""
        with unique("team"):
            self._connection.execute(
                insert(teams).values(
                    id=team.id,
                    org_id=team.org_id,
                    name=team.name,
                    name_key=team.name.casefold(),
                    slug=team.slug,
                    created_at=team.created_at,
                )
            )

    def of_user(self, user_id: str) -> Sequence[Team]:
        """List the teams a person belongs to, by name."""
        rows = self._connection.execute(
            select(teams)
            .join(team_members, team_members.c.team_id == teams.c.id)
            .where(team_members.c.user_id == user_id)
        )
        return _by_name(rows)

    def of_org(self, org_id: str) -> Sequence[Team]:
        """List the teams of an organization, by name."""
        return _by_name(self._connection.execute(select(teams).where(teams.c.org_id == org_id)))

    def role(self, team_id: str, user_id: str) -> TeamRole | None:
        """Give a person's role; None for who does not belong."""
        member = team_members.c
        role = self._connection.execute(
            select(member.role).where(member.team_id == team_id, member.user_id == user_id)
        ).scalar()
        return TeamRole(role) if role else None

    def admins(self, team_id: str) -> Sequence[str]:
        """List the ids of the admins."""
        member = team_members.c
        admins = select(member.user_id).where(member.team_id == team_id, member.role == TeamRole.ADMIN.value)
        return self._connection.execute(admins).scalars().all()

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


def _by_name(rows: Iterable[AnyRow]) -> list[Team]:
    """Sort here: a database may order texts as a language does, each in its way."""
    return [to_team(row) for row in sorted(rows, key=lambda row: (row.name_key, row.id))]
