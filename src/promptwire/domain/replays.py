"""Rights of the past: what the change log tells of members, keys and protected labels, replayed up to a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from promptwire.domain.credentials import ApiKey
from promptwire.domain.policies import Policy
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.roles import Operation, OrgRole, TeamRole, counted_role
from promptwire.domain.rosters import Roster
from promptwire.domain.texts import fold


class Told(NamedTuple):
    """What an entry of the change log says of an object, as short as it can be: there may be very many."""

    scope: str
    kind: str
    id: str
    action: str
    before: str
    """JSON, like `after`."""
    after: str

    @property
    def facts(self) -> dict[str, Any]:
        """Give what it says that the object is; nothing of one that is gone."""
        facts: dict[str, Any] = json.loads(self.after)
        return facts


class Account(NamedTuple):
    """What matters of a person's account."""

    is_admin: bool = False
    is_verified: bool = True


KINDS = ("organization_member", "team_member", "key", "protected_label", "team")
"""The kinds of objects that rights come from, beside accounts."""


@dataclass(slots=True)
class Replay:
    """Rights in the scopes that an organization's teams have been in, as the entries so far leave them."""

    org_roles: dict[tuple[str, str], OrgRole] = field(default_factory=dict)
    """By organization and person."""
    team_roles: dict[str, dict[str, TeamRole]] = field(default_factory=dict)
    """By team."""
    keys: dict[str, ApiKey] = field(default_factory=dict)
    registries: dict[str, dict[str, ProtectedLabel]] = field(default_factory=dict)
    """By team and folded label."""
    teams: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What is known of each team that was there last: its organization and its name."""

    def take(self, entries: Iterable[Told]) -> None:
        """Go on with entries: those of one kind in the order of the store."""
        takers = {kind: getattr(self, f"_take_{kind}") for kind in KINDS}
        for entry in entries:
            after = json.loads(entry.after)
            takers[entry.kind](entry, {} if after else json.loads(entry.before), after)

    def _take_organization_member(self, entry: Told, before: dict[str, Any], after: dict[str, Any]) -> None:
        place = (after or before)["org_id"], entry.id
        if after:
            self.org_roles[place] = OrgRole(after["role"])
        else:
            self.org_roles.pop(place, None)

    def _take_team_member(self, entry: Told, before: dict[str, Any], after: dict[str, Any]) -> None:
        members = self.team_roles.setdefault((after or before)["team_id"], {})
        if after:
            members[entry.id] = TeamRole(after["role"])
        else:
            members.pop(entry.id, None)

    def _take_key(self, entry: Told, _: dict[str, Any], after: dict[str, Any]) -> None:
        if entry.action == "key.deleted":
            self.keys.pop(entry.id, None)
        elif "operation" in after:  # not of a new secret, which changes no right
            self.keys[entry.id] = _key(entry, after)

    def _take_protected_label(self, _: Told, before: dict[str, Any], after: dict[str, Any]) -> None:
        facts = after or before
        registry = self.registries.setdefault(facts["team_id"], {})
        if after:
            registry[fold(facts["label"])] = _protected(facts)
        else:
            registry.pop(fold(facts["label"]), None)

    def _take_team(self, entry: Told, _: dict[str, Any], after: dict[str, Any]) -> None:
        if entry.action == "team.deleted":
            self.teams.pop(entry.id, None)
        elif "org_id" in after:
            self.teams[entry.id] = after

    @property
    def people(self) -> frozenset[str]:
        """Give the ids of everybody who has a role."""
        of_teams = (members.keys() for members in self.team_roles.values())
        return frozenset(user_id for _, user_id in self.org_roles).union(*of_teams)

    def roster(self, team_id: str, accounts: Mapping[str, Account], at: datetime) -> Roster:
        """Give a team as it is now in the replay."""
        org_id = self.teams[team_id]["org_id"]
        org_roles = {
            user_id: counted_role(role, is_admin=accounts.get(user_id, Account()).is_admin)
            for (org, user_id), role in self.org_roles.items()
            if org == org_id
        }
        return Roster(
            at=at,
            team_id=team_id,
            org_id=org_id,
            team_roles=self.team_roles.get(team_id, {}),
            org_roles=org_roles,
            keys=[key for key in self.keys.values() if key.org_id == org_id],
            registry=list(self.registries.get(team_id, {}).values()),
            unverified=frozenset(user_id for user_id, account in accounts.items() if not account.is_verified),
        )


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""What the log does not tell of an object, and no right depends on."""


def _key(entry: Told, facts: Mapping[str, Any]) -> ApiKey:
    return ApiKey(
        id=entry.id,
        name=facts["name"],
        org_id=entry.scope.partition(":")[2],
        team_ids=_texts(facts["team_ids"]),
        operation=Operation(facts["operation"]),
        pinned_role=OrgRole(facts["role"]),
        created_by=facts["user_id"],
        created_at=_LONG_AGO,
        expires_at=_time(facts["expires_at"]),
        readable_labels=_texts(facts.get("readable_labels")),
        movable_labels=_texts(facts.get("movable_labels")),
    )


def _protected(facts: Mapping[str, Any]) -> ProtectedLabel:
    return ProtectedLabel(
        team_id=facts["team_id"],
        label=facts["label"],
        min_required_role=OrgRole(facts["min_required_role"]),
        policy=Policy.of_facts(facts),
        created_by=None,
        created_at=_LONG_AGO,
    )


def _texts(fact: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - of JSON
    return None if fact is None else tuple(fact)


def _time(fact: str | None) -> datetime | None:
    return None if fact is None else datetime.fromisoformat(fact)
