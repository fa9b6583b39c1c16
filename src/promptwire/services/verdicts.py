"""What a subject may do with plans: the limits of its key, and the policies of every team concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from promptwire.domain.errors import ProtectedLabelRefused
from promptwire.domain.label_limits import check_moves_within, movable
from promptwire.domain.moves import Move
from promptwire.domain.plans import Plan
from promptwire.domain.protected_labels import Consent, Obstacle, obstacles
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role
from promptwire.services.calls import Act


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands in the way of plans, team by team; nothing where they may be carried out."""

    refusals: tuple[ProtectedLabelRefused, ...]

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Give every protected label that stands in the way."""
        return tuple(one for refused in self.refusals for one in refused.obstacles)

    @property
    def is_approvable(self) -> bool:
        """Tell whether approvals are what is missing, of all that stands in the way for good."""
        found = self.obstacles
        return any(one.is_approvable for one in found) and not any(one.immutable or one.checked for one in found)

    def check(self) -> None:
        """Let the plans pass if nothing stands in their way.

        Raises:
            ProtectedLabelRefused: Naming every label that does, of the first team that has one.
        """
        if self.refusals:
            raise self.refusals[0]


def reach(tx: Transaction, act: Act, plans: Sequence[Plan], consent: Consent | None = None) -> Verdict:
    """Find what stands in the way of a subject's plans; in a team of no organization all may move.

    Raises:
        Forbidden: For a key that is limited to moving other labels.
    """
    check_moves_within(movable(act.subject), (move.label for plan in plans for move in plan.moves))
    refusals = []
    for team_id, moves in _by_team(plans):
        tx.teams.lock(team_id)
        registry = tx.protected_labels.of_team(team_id)
        team = tx.teams.get(team_id)
        if registry and team and team.org_id:
            role = org_role(tx, act, team.org_id)
            found = obstacles(moves, registry, role=role, now=act.now, consent=consent)
            refusals += [ProtectedLabelRefused(found, role)] if found else []
    return Verdict(tuple(refusals))


def _by_team(plans: Iterable[Plan]) -> Iterator[tuple[str, list[Move]]]:
    moves: dict[str, list[Move]] = {}
    for plan in plans:
        for team_id in (plan.prompt.team_id, *plan.other_teams):
            moves.setdefault(team_id, []).extend(plan.moves)
    return ((team_id, named) for team_id, named in moves.items() if named)
