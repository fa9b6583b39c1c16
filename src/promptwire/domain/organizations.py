"""Organizations, teams, and who belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.checks import Check
from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.texts import MAX_NAME, normalize_slug
from promptwire.domain.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The owner of teams and keys; people belong to it with a role."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An organization that a person belongs to, and as what."""

    organization: Organization
    role: OrgRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who belongs to an organization, and as what."""

    user: User
    role: OrgRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The owner of prompts; it belongs to an organization, or to none."""

    id: str
    org_id: str | None
    name: str
    slug: str
    """Unique in its organization; kept when the team is renamed."""
    promotion_checks: tuple[Check, ...] = ()
    """Which findings about a version stop its promotion to live."""
    created_at: datetime

    @property
    def scope(self) -> Scope:
        """Give the scope in which the team's changes count."""
        return Scope.of_team(self.id, self.org_id)

    @property
    def facts(self) -> Facts:
        """Give what the change log says of the team."""
        return {"name": self.name, "slug": self.slug, "org_id": self.org_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """A person who belongs to a team, as what, and since when."""

    user: User
    role: TeamRole
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Whom to let into a team, and as what."""

    user_id: str
    role: TeamRole = TeamRole.EDITOR


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChange:
    """What is to become of a team."""

    name: str | None = None
    """None leaves it."""
    moves: bool = False
    """Whether `org_id` was given at all: a team that is only renamed stays where it is."""
    org_id: str | None = None
    """The organization that it is to belong to; None for none."""
    promotion_checks: tuple[Check, ...] | None = None
    """None leaves them."""


def team_slug(name: str, taken: Collection[str]) -> str:
    """Make the slug of a team's name, one that no other team of the organization has.

    px0 has no slugs of teams and takes any name, so a name that makes no slug gets a neutral one.
    """
    try:
        base = normalize_slug(name)
    except InvalidInput:
        base = "team"
    return free_slug(base, taken)


def free_slug(base: str, taken: Collection[str]) -> str:
    """Give the slug itself where it is free, otherwise the first free one with a number behind it."""
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base[: MAX_NAME - len(str(number)) - 1]}_{number}"
    return slug
