"""What the use cases ask of the store about organizations, teams, and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.join_requests import JoinRequest, PendingRequest
from promptwire.domain.numbered_pages import Numbered
from promptwire.domain.organizations import Member, Membership, Organization, Team, TeamMember
from promptwire.domain.pages import Cut, Moment
from promptwire.domain.roles import OrgRole, TeamRole


class OrganizationRepository(Protocol):
    """Organizations and their members."""

    def get(self, org_id: str) -> Organization | None:
        """Give an organization by id."""
        ...

    def by_name(self, name: str) -> Organization | None:
        """Give the organization with this name, in any case."""
        ...

    def all(self) -> Sequence[Organization]:
        """List every organization, oldest first."""
        ...

    def insert(self, organization: Organization) -> None:
        """Add an organization.

        Raises:
            AlreadyExists: When the name is taken, in any case.
        """
        ...

    def lock(self, org_id: str) -> None:
        """Hold off everybody else who changes who belongs to the organization until the transaction ends."""
        ...

    def lock_whole(self, org_id: str) -> None:
        """Hold off also who adds anything to the organization, so that all of it can be removed."""
        ...

    def update(self, organization: Organization) -> None:
        """Write the name.

        Raises:
            AlreadyExists: When the name is taken, in any case.
        """
        ...

    def delete(self, org_id: str) -> None:
        """Remove an organization for good, with all that it owns."""
        ...

    def of_user(self, user_id: str) -> Sequence[Membership]:
        """List the organizations a person belongs to, oldest first."""
        ...

    def members(self, org_id: str) -> Sequence[Member]:
        """List who belongs to an organization, who came first first."""
        ...

    def people(self, org_id: str, asked: Numbered) -> Sequence[Member]:
        """List who belongs to an organization by the age of their accounts, oldest first: one more than the limit."""
        ...

    def count_people(self, org_id: str) -> int:
        """Count who belongs to an organization."""
        ...

    def owners(self, org_id: str) -> Sequence[str]:
        """List the ids of the owners."""
        ...

    def remove_member(self, org_id: str, user_id: str) -> None:
        """Let a person belong to an organization no longer."""
        ...

    def role(self, org_id: str, user_id: str) -> OrgRole | None:
        """Give a person's role; None for who does not belong."""
        ...

    def set_role(self, org_id: str, user_id: str, role: OrgRole, at: datetime) -> None:
        """Add a member, or change the role of one."""
        ...


class TeamRepository(Protocol):
    """Teams and their members."""

    def get(self, team_id: str) -> Team | None:
        """Give a team by id."""
        ...

    def lock(self, team_id: str) -> None:
        """Hold off everybody else who governs or moves the team's labels until the transaction ends."""
        ...

    def lock_whole(self, team_id: str) -> None:
        """Hold off also who adds anything to the team, so that all of it can be removed."""
        ...

    def insert(self, team: Team) -> None:
        """Add a team.

        Raises:
            AlreadyExists: When name or slug is taken in the organization.
        """
        ...

    def update(self, team: Team) -> None:
        """Write organization, name and slug.

        Raises:
            AlreadyExists: When name or slug is taken in the organization.
        """
        ...

    def delete(self, team_id: str) -> None:
        """Remove a team for good, with all that it owns."""
        ...

    def of_user(self, user_id: str) -> Sequence[Team]:
        """List the teams a person belongs to, by name."""
        ...

    def all(self) -> Sequence[Team]:
        """List every team, by name."""
        ...

    def of_org(self, org_id: str) -> Sequence[Team]:
        """List the teams of an organization, by name."""
        ...

    def role(self, team_id: str, user_id: str) -> TeamRole | None:
        """Give a person's role; None for who does not belong."""
        ...

    def members(self, team_id: str) -> Sequence[TeamMember]:
        """List who belongs to a team, who came first first."""
        ...

    def page_of_members(self, team_id: str, asked: Numbered) -> Sequence[TeamMember]:
        """Give a page of the same: one more than the limit."""
        ...

    def count_members(self, team_id: str) -> int:
        """Count who belongs to a team."""
        ...

    def admins(self, team_id: str) -> Sequence[str]:
        """List the ids of the admins."""
        ...

    def remove_member(self, team_id: str, user_id: str) -> None:
        """Let a person belong to a team no longer."""
        ...

    def has_members(self, team_id: str) -> bool:
        """Tell whether anybody belongs to the team."""
        ...

    def set_role(self, team_id: str, user_id: str, role: TeamRole, at: datetime) -> None:
        """Add a member, or change the role of one."""
        ...


class JoinRequestRepository(Protocol):
    """Who would like to belong to a team."""

    def get(self, request_id: str) -> JoinRequest | None:
        """Give a request by id."""
        ...

    def pending_of(self, team_id: str, user_id: str) -> JoinRequest | None:
        """Give the pending request of a person for a team."""
        ...

    def insert(self, request: JoinRequest) -> None:
        """Add a request.

        Raises:
            AlreadyExists: When one of the person for the team is pending.
        """
        ...

    def update(self, request: JoinRequest) -> None:
        """Write the status."""
        ...

    def pending(self, cut: Cut[Moment] | None) -> Sequence[PendingRequest]:
        """List every pending request, newest first; of a page, one more than its limit."""
        ...

    def pending_for(self, user_id: str, cut: Cut[Moment] | None) -> Sequence[PendingRequest]:
        """List those for teams of which a person is admin, or whose organization's administrator."""
        ...
