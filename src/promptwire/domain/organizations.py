"""Organizations, teams, and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.roles import OrgRole
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
    created_at: datetime
