"""Who could move a label of a team's prompts, by which rule: worked out from who belongs where, at one time.

Rules: DESIGN section 2b; docs/decisions/0008-what-a-key-may-do.md; contracts/evalguard-labels.md A20, A21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from promptwire.domain.credentials import ApiKey, key_org_role, key_team_role
from promptwire.domain.history import Holder
from promptwire.domain.moves import Move
from promptwire.domain.protected_labels import ProtectedLabel, obstacles
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A team at one time: who belongs to it and to its organization, its keys, and its protected labels."""

    at: datetime
    team_id: str
    org_id: str | None
    team_roles: Mapping[str, TeamRole] = field(default_factory=dict)
    org_roles: Mapping[str, OrgRole] = field(default_factory=dict)
    """Of the organization's members, as they count: an administrator of the instance counts as one at least."""
    keys: Sequence[ApiKey] = ()
    """Those of the organization, ended ones among them."""
    registry: Sequence[ProtectedLabel] = ()
    unverified: frozenset[str] = frozenset()
    """People who cannot act before they have verified their address."""

    def protection_of(self, label: str) -> ProtectedLabel | None:
        """Give the protection of a label; in a team of no organization nothing is protected."""
        if self.org_id is None:
            return None
        return next((one for one in self.registry if one.key == fold(label)), None)


class Way(Enum):
    """The rule by which somebody may write labels of a team's prompts at all."""

    TEAM_EDITOR = "team_editor"
    """An editor or admin of the team, or a key that counts as one."""
    ORGANIZATION_ADMIN = "organization_admin"
    """An administrator or owner of the organization counts as an admin of its teams on `/api/v1`, for labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Somebody who could move a label."""

    kind: str
    """`user` or `api_key`."""
    id: str
    team_role: TeamRole | None
    org_role: OrgRole | None
    """What protected labels ask for; of a key, the lower of the role pinned on it and its maker's."""
    ways: tuple[Way, ...]


def movers(roster: Roster, label: str, holder: Holder | None) -> list[Mover]:
    """List who could move a label, or `live`, away from where it is without asking anybody; people first, by id."""
    protection = roster.protection_of(label)
    everybody = [*_people(roster, label), *_keys(roster, label)]
    return [one for one in everybody if protection is None or _admits(protection, one, holder, roster.at)]


def _admits(protection: ProtectedLabel, mover: Mover, holder: Holder | None, at: datetime) -> bool:
    """Tell whether somebody could make the move by themselves, with nobody's approval."""
    move = Move(label=protection.label, from_version_id=holder.version_id if holder else None, to_version_id="another")
    return not obstacles((move,), (protection,), role=mover.org_role, now=at)


def _people(roster: Roster, label: str) -> Iterator[Mover]:
    for user_id in sorted(roster.team_roles.keys() | roster.org_roles.keys()):
        team_role, org_role = roster.team_roles.get(user_id), roster.org_roles.get(user_id)
        ways = []
        if team_role and team_role.at_least(TeamRole.EDITOR):
            ways.append(Way.TEAM_EDITOR)
        if label != LIVE and org_role and org_role.at_least(OrgRole.ADMIN):
            ways.append(Way.ORGANIZATION_ADMIN)
        if ways and user_id not in roster.unverified:
            yield Mover(kind="user", id=user_id, team_role=team_role, org_role=org_role, ways=tuple(ways))


def _keys(roster: Roster, label: str) -> Iterator[Mover]:
    for key in sorted(roster.keys, key=lambda key: key.id):
        if not _may_be_used(key, roster, label):
            continue
        maker = key.created_by or ""
        org_role = key_org_role(key, roster.org_roles.get(maker))
        team_role = key_team_role(key, org_role, roster.team_roles.get(maker))
        if team_role.at_least(TeamRole.EDITOR):
            yield Mover(kind="api_key", id=key.id, team_role=team_role, org_role=org_role, ways=(Way.TEAM_EDITOR,))


def _may_be_used(key: ApiKey, roster: Roster, label: str) -> bool:
    ended = key.expires_at is not None and key.expires_at <= roster.at
    within = key.movable_labels is None or label in key.movable_labels
    covers = key.covers(team_id=roster.team_id, org_id=roster.org_id)
    return covers and within and not ended and key.operation is not Operation.READ_RENDER
