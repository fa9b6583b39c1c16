"""Organizations and their members in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from promptwire.domain.numbered_pages import Numbered
from promptwire.domain.organizations import Member, Membership, Organization
from promptwire.domain.roles import OrgRole
from promptwire.storage.integrity import unique
from promptwire.storage.numbered_pages import oldest_first
from promptwire.storage.rows import to_organization, to_user
from promptwire.storage.tables import organization_members, organizations, users


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

    def lock_whole(self, org_id: str) -> None:
        """Hold off also who adds anything to the organization, so that all of it can be removed."""
        self._connection.execute(select(organizations.c.id).where(organizations.c.id == org_id).with_for_update())

    def update(self, organization: Organization) -> None:
        """Write the name."""
        values = {"name": organization.name, "name_key": organization.name.casefold()}
        with unique("organization"):
            self._connection.execute(update(organizations).where(organizations.c.id == organization.id).values(values))

    def delete(self, org_id: str) -> None:
        """Remove an organization for good, with all that it owns."""
        self._connection.execute(delete(organizations).where(organizations.c.id == org_id))

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
        return self._members(_people(org_id).order_by(organization_members.c.created_at, users.c.id))

    def people(self, org_id: str, asked: Numbered) -> Sequence[Member]:
        """List who belongs to an organization by the age of their accounts, oldest first: one more than the limit."""
        return self._members(oldest_first(_people(org_id), users.c.created_at, users.c.id, asked))

    def count_people(self, org_id: str) -> int:
        """Count who belongs to an organization."""
        member = organization_members.c
        return self._connection.execute(select(func.count()).where(member.org_id == org_id)).scalar_one()

    def owners(self, org_id: str) -> Sequence[str]:
        """List the ids of the owners."""
        member = organization_members.c
        owning = select(member.user_id).where(member.org_id == org_id, member.role == OrgRole.OWNER.value)
        return self._connection.execute(owning).scalars().all()

    def remove_member(self, org_id: str, user_id: str) -> None:
        """Let a person belong to an organization no longer."""
        member = organization_members.c
        self._connection.execute(delete(organization_members).where(member.org_id == org_id, member.user_id == user_id))

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

    def _members(self, statement: Select[Any]) -> list[Member]:
        rows = self._connection.execute(statement)
        return [Member(user=to_user(row), role=OrgRole(row.role)) for row in rows]


def _people(org_id: str) -> Select[Any]:
    member = organization_members.c
    joined = select(users, member.role).join(organization_members, member.user_id == users.c.id)
    return joined.where(member.org_id == org_id)
