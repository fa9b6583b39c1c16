"""The rights of a company as the change log tells them, from some time on: they must be what the tables say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptwire.domain.replays import KINDS, Account, Replay, Told
from promptwire.domain.rosters import Roster
from promptwire.ports.storage import Transaction
from promptwire.services.movers import roster_now
from promptwire.wire.canonical import canonical_json
from support.make import AT


class Retold:
    """What the tables said once, and what the log has told since."""

    def __init__(self, tx: Transaction, team_ids: Sequence[str]) -> None:
        self._seq = tx.changes.ends().last_seq
        self._replay = Replay()
        self._accounts: dict[str, Account] = {}
        for team in (team for team_id in team_ids if (team := tx.teams.get(team_id))):
            now = roster_now(tx, team, AT)
            self._replay.teams[team.id] = dict(team.facts)
            self._replay.team_roles[team.id] = dict(now.team_roles)
            self._replay.registries[team.id] = {one.key: one for one in now.registry}
            self._replay.keys |= {key.id: key for key in now.keys}
            for member in tx.organizations.members(team.org_id or ""):
                self._replay.org_roles[team.org_id or "", member.user.id] = member.role
                self._accounts[member.user.id] = Account(is_admin=member.user.is_admin)
        self._accounts |= {one: Account(is_admin=True) for one in tx.users.administrators()}

    def check(self, tx: Transaction) -> None:
        """Hear what has been told, and compare every team with its tables."""
        while entries := tx.changes.after(self._seq, 1_000):
            self._seq = entries[-1].seq
            changes = [entry.change for entry in entries if entry.change.object_kind in KINDS]
            self._replay.take(
                Told(
                    scope=str(one.scope),
                    kind=one.object_kind,
                    id=one.object_id,
                    action=one.action,
                    before=canonical_json(one.before).decode(),
                    after=canonical_json(one.after).decode(),
                )
                for one in changes
            )
        for team_id in self._replay.teams:
            team = tx.teams.get(team_id)
            assert team
            assert rights(self._replay.roster(team_id, self._accounts, AT)) == rights(roster_now(tx, team, AT))


def rights(roster: Roster) -> dict[str, Any]:
    """Give what a roster says that a right could depend on."""
    return {
        "team": (roster.team_id, roster.org_id, dict(roster.team_roles), dict(roster.org_roles)),
        "keys": {
            key.id: (key.team_ids, key.operation, key.pinned_role, key.created_by, key.expires_at, key.movable_labels)
            for key in roster.keys
        },
        "registry": {one.key: (one.label, one.min_required_role) for one in roster.registry},
    }
