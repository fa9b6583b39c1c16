"""DESIGN section 2b once more, in few lines and plain data: who may do what, for tests that compare it with the store.

Roles are words, ranked by where they stand in `ORG` and `TEAM`. A subject is the name of a person or of a key.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

from promptwire.domain.errors import (
    DomainError,
    Forbidden,
    LastAdministrator,
    NotAMember,
    NotFound,
    ProtectedLabelRefused,
)

Refusal: TypeAlias = type[DomainError]
Outcome: TypeAlias = "Refusal | list[str]"
"""What a call comes to: an error that changes nothing, or the actions that the change log says, in order."""

ORG = ("viewer", "member", "admin", "owner")
TEAM = ("viewer", "editor", "admin")
OPERATIONS = {"read_render": "viewer", "all": "editor", "admin": "admin"}


@dataclass
class Key:
    org: str
    operation: str
    pinned: str
    maker: str
    teams: frozenset[str] | None = None


@dataclass
class Prompt:
    team: str
    status: str = "active"
    last: int = 0
    versions: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Status and text of each."""
    labels: dict[str, int] = field(default_factory=dict)
    payloads: int = 0

    @property
    def live(self) -> int | None:
        return next((number for number, (status, _) in self.versions.items() if status == "live"), None)

    @property
    def in_use(self) -> list[str]:
        """Give every label, and `live` where there is a live version."""
        return [*self.labels, *["live"] * (self.live is not None)]

    def on(self, number: int) -> list[str]:
        """Give what a version serves: its labels, and `live` where it is that."""
        labels = sorted(label for label, at in self.labels.items() if at == number)
        return labels + ["live"] * (self.live == number)


@dataclass
class Company:
    """Who belongs to what, and what there is."""

    org_of: dict[str, str] = field(default_factory=dict)
    """The organization of each team."""
    orgs: dict[str, dict[str, str]] = field(default_factory=dict)
    """The members of each organization, with their role; so for teams."""
    teams: dict[str, dict[str, str]] = field(default_factory=dict)
    admins: set[str] = field(default_factory=set)
    """The instance's."""
    keys: dict[str, Key] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    protected: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each team the labels, in lower case, with the role they need."""
    gated: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """For each team how many approvals its labels need."""
    requests: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who asks to join which team."""

    @property
    def spread(self) -> int:
        """Count the teams that own prompts."""
        return len({prompt.team for prompt in self.prompts.values()})

    def org_role(self, who: str, org: str) -> str | None:
        """Give the role that counts; a key's is the lower of its pinned one and its maker's."""
        key = self.keys.get(who)
        if key:
            now = self.org_role(key.maker, org) if key.org == org else None
            return min(key.pinned, now, key=ORG.index) if now else None
        role = self.orgs[org].get(who)
        return max(role, "admin", key=ORG.index) if role and who in self.admins else role

    def team_role(self, who: str, team: str) -> str | None:
        """Give what somebody may do with what a team owns: a person by membership only, a key in its scope."""
        key = self.keys.get(who)
        if key is None:
            return self.teams[team].get(who)
        org = self.org_of[team]
        if key.org != org or (key.teams is not None and team not in key.teams):
            return None
        own = self.org_role(who, org)
        maker = "admin" if own in {"admin", "owner"} else self.teams[team].get(key.maker) if own else None
        return min(OPERATIONS[key.operation], maker, key=TEAM.index) if maker else "viewer"

    def on_prompt(self, who: str, prompt: str, needed: str) -> Refusal | None:
        role = self.team_role(who, self.prompts[prompt].team)
        return NotFound if role is None else _below(role, needed, TEAM)

    def in_team(self, who: str, team: str, needed: str) -> Refusal | None:
        role = self.team_role(who, team)
        return Forbidden if role is None else _below(role, needed, TEAM)

    def to_move(self, who: str, team: str, labels: list[str]) -> Refusal | None:
        """Refuse who is below what any of the labels needs."""
        role = self.org_role(who, self.org_of[team])
        needed = [self.protected[team][one.lower()] for one in labels if one.lower() in self.protected[team]]
        refused = any(role is None or _below(role, one, ORG) for one in needed)
        refused = refused or any(self.gated[team].get(one.lower()) for one in labels)
        return ProtectedLabelRefused if refused else None

    def on_labels_of_org(self, who: str, team: str) -> Refusal | None:
        """Refuse on EvalGuard's route: not the team's role alone counts there, but the organization's."""
        org, key = self.org_of[team], self.keys.get(who)
        role = self.org_role(who, org)
        if role is None or (key and key.teams is not None and team not in key.teams):
            return NotAMember
        part = "admin" if role in {"admin", "owner"} and not key else self.team_role(who, team)
        read_only = (key and key.operation == "read_render") or role == "viewer" or part in {None, "viewer"}
        return Forbidden if read_only else None

    def over_team(self, who: str, team: str) -> str | None:
        """Give what somebody may do to a team itself."""
        if who in self.keys:
            return self.team_role(who, team)
        governs = who in self.admins or self.org_role(who, self.org_of[team]) in {"admin", "owner"}
        return "admin" if governs else self.teams[team].get(who)

    def sees_team(self, who: str, team: str) -> bool:
        in_org = who not in self.keys and self.org_role(who, self.org_of[team]) is not None
        return in_org or self.over_team(who, team) is not None

    def to_administer_team(self, who: str, team: str) -> Refusal | None:
        if self.over_team(who, team) == "admin":
            return None
        return Forbidden if self.sees_team(who, team) else NotFound

    def governor(self, who: str, org: str) -> str | None:
        """Give the role with which somebody administers an organization; None for who does not."""
        key, role = self.keys.get(who), self.org_role(who, org)
        if key and (key.operation != "admin" or key.teams is not None):
            return None
        if role is None and who in self.admins:
            return "admin"
        return role if role in {"admin", "owner"} else None

    def on_policy(self, who: str, team: str, *roles: str) -> Refusal | None:
        """Refuse who may not protect a label at, or lift it from, these roles."""
        key, role = self.keys.get(who), self.org_role(who, self.org_of[team])
        if key and key.operation != "admin":
            return Forbidden
        if key and key.teams is not None and team not in key.teams:
            return Forbidden
        return Forbidden if role is None else _below(role, max(("admin", *roles), key=ORG.index), ORG)

    def join(self, who: str, team: str, role: str) -> list[str]:
        """Make somebody belong to a team, and thereby to its organization."""
        self.teams[team][who] = role
        return ["team_member.added", *self._belong(who, team, role)]

    def change(self, who: str, team: str, role: str) -> Outcome:
        now = self.teams[team].get(who)
        if now is None:
            return NotFound
        if now == role:
            return []
        if self.is_last(who, team):
            return LastAdministrator
        self.teams[team][who] = role
        return ["team_member.role_changed", *self._belong(who, team, role)]

    def dismiss(self, who: str, team: str) -> Outcome:
        if who not in self.teams[team]:
            return []
        if self.is_last(who, team):
            return LastAdministrator
        del self.teams[team][who]
        return ["team_member.removed"]

    def is_last(self, who: str, team: str) -> bool:
        return [one for one, role in self.teams[team].items() if role == "admin"] == [who]

    def _belong(self, who: str, team: str, role: str) -> list[str]:
        org, least = self.orgs[self.org_of[team]], "viewer" if role == "viewer" else "member"
        now = org.get(who)
        if now and not _below(now, least, ORG):
            return []
        org[who] = least
        return ["organization_member.role_changed" if now else "organization_member.added"]

    def owners(self, org: str) -> list[str]:
        return [who for who, role in self.orgs[org].items() if role == "owner"]


def _below(role: str, needed: str, order: tuple[str, ...]) -> Refusal | None:
    return Forbidden if order.index(role) < order.index(needed) else None
