"""Identities: who an identity provider says somebody is, and which roles its groups give."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.errors import SignInFailed
from promptwire.domain.roles import OrgRole, TeamRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the provider says it is; `issuer` and `subject` together never change."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    groups: frozenset[str]

    @property
    def vouched_email(self) -> str:
        """Give the address, if the provider has verified it.

        Raises:
            SignInFailed: When it has not: anybody could write any address there.
        """
        if not self.email or not self.is_email_verified:
            raise SignInFailed("the provider has not verified an e-mail address of this person")
        return self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """A role that the members of a group have: in an organization, or in one of its teams."""

    group: str
    organization: str
    """Its name."""
    role: OrgRole | TeamRole
    team: str | None = None
    """The team's slug; then the role is one in the team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRole:
    """A role that the groups of a person have given, and what the person was there before."""

    user_id: str
    org_id: str
    team_id: str | None
    """None for a role in the organization itself."""
    role: str
    before: str | None
    """None where they did not belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A sign-in that another program waits for: it gets the session for the code and its verifier, once."""

    code_hash: str
    challenge: str
    """The SHA-256 of the verifier, in URL-safe base64 (RFC 7636)."""
    user_id: str
    expires_at: datetime


def rules_for(groups: Collection[str], rules: Iterable[GroupRule]) -> list[GroupRule]:
    """Give the rules of the groups somebody is in."""
    return [rule for rule in rules if rule.group in groups]


def wanted_org_roles(rules: Iterable[tuple[str, GroupRule]]) -> Mapping[str, OrgRole]:
    """Give the highest role in each organization, by its id; who is in a team belongs to its organization too."""
    wanted: dict[str, OrgRole] = {}
    for org_id, rule in rules:
        role = rule.role if isinstance(rule.role, OrgRole) else _with_team(rule.role)
        if org_id not in wanted or role.at_least(wanted[org_id]):
            wanted[org_id] = role
    return wanted


def _with_team(role: TeamRole) -> OrgRole:
    return OrgRole.VIEWER if role is TeamRole.VIEWER else OrgRole.MEMBER
