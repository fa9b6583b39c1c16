"""Protected labels: which labels of a team move only as a policy says, and what stands in the way of a move."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.errors import Forbidden
from promptwire.domain.labels import check_label_text
from promptwire.domain.moves import Effect, Move
from promptwire.domain.policies import NOTHING_MORE, Policy
from promptwire.domain.roles import OrgRole
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedLabel:
    """A label, or `live` for the status, that moves only as its policy says."""

    team_id: str
    label: str
    min_required_role: OrgRole
    """The role in the team's organization that a move needs, or an approval by somebody else."""
    policy: Policy = NOTHING_MORE
    created_by: str | None
    created_at: datetime

    @property
    def key(self) -> str:
        """Give the form in which look-alikes are the same label."""
        return fold(self.label)

    def admits(self, role: OrgRole | None) -> bool:
        """Tell whether a role is enough."""
        return role is not None and role.at_least(self.min_required_role)

    def is_approver(self, user_id: str, role: OrgRole | None) -> bool:
        """Tell whether a member of the organization may approve moves of the label.

        Where the policy names neither a role nor people, whoever has the role that a move needs may.
        """
        if role is None:
            return False
        if user_id in self.policy.approver_ids:
            return True
        if self.policy.approver_role is None and self.policy.approver_ids:
            return False
        return role.at_least(self.policy.approver_role or self.min_required_role)

    def approvals_needed(self, role: OrgRole | None) -> int:
        """Give how many approvals a move asked for with a role needs: one at least where the role is not enough."""
        return max(self.policy.approvals, 0 if self.admits(role) else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A protected label that may not move so, and each of the reasons."""

    protected: ProtectedLabel
    role: bool = False
    """The role is not enough."""
    approvals: int = 0
    """So many approvals are missing."""
    frozen: bool = False
    immutable: bool = False
    checked: bool = False
    """A text would change under the label, which leads only to what has passed its checks."""

    def __str__(self) -> str:
        """Name the label, and what its move needs."""
        policy, needs = self.protected.policy, []
        if self.role:
            needs.append(self.protected.min_required_role.value)
        if self.approvals:
            needs.append("1 approval" if self.approvals == 1 else f"{self.approvals} approvals")
        said = [f"needs {' and '.join(needs)}"] if needs else []
        if self.frozen and policy.frozen_until:
            said.append(f"is frozen until {policy.frozen_until:%Y-%m-%dT%H:%M:%SZ}")
        if self.immutable:
            said.append("stays where it was put")
        if self.checked:
            said.append("leads only to versions that passed its checks: write another one")
        return f"{self.protected.label!r} {' and '.join(said)}"

    @property
    def is_approvable(self) -> bool:
        """Tell whether approvals would clear it, now or once it is no longer frozen."""
        return not (self.immutable or self.checked) and (self.role or self.approvals > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The approvals that a change request has: who gave them, each with the role in the organization now."""

    person_id: str | None
    """Who answers for the request; counts only where the policy lets them approve what they ask for."""
    approvers: Sequence[tuple[str, OrgRole | None]] = ()

    def counted(self, protected: ProtectedLabel) -> int:
        """Give how many approvals count for a label."""
        return sum(
            protected.is_approver(user_id, role) and (protected.policy.self_approval or user_id != self.person_id)
            for user_id, role in dict(self.approvers).items()
        )


def obstacles(
    moves: Iterable[Move],
    registry: Iterable[ProtectedLabel],
    *,
    role: OrgRole | None,
    now: datetime,
    consent: Consent | None = None,
) -> tuple[Obstacle, ...]:
    """Give what stands in the way of moves asked for with a role, sorted by label.

    Every label named is asked for, also where nothing would change; a label is protected when it looks like one
    that is (contracts/evalguard-labels.md A3, A4, A5, A15). `consent` is None where nobody has been asked.
    """
    named: dict[str, list[Move]] = {}
    for move in moves:
        named.setdefault(fold(move.label), []).append(move)
    found = (
        _obstacle(one, named[one.key], role=role, now=now, consent=consent) for one in registry if one.key in named
    )
    return tuple(sorted((one for one in found if one), key=lambda one: one.protected.label))


def _obstacle(
    protected: ProtectedLabel, moves: Collection[Move], *, role: OrgRole | None, now: datetime, consent: Consent | None
) -> Obstacle | None:
    policy = protected.policy
    if consent is None:
        missing = policy.approvals
    else:
        missing = max(protected.approvals_needed(role) - consent.counted(protected), 0)
    found = Obstacle(
        protected=protected,
        role=consent is None and not protected.admits(role),
        approvals=missing,
        frozen=policy.is_frozen(now),
        immutable=policy.immutable and any(_disturbs(move) for move in moves),
        checked=bool(policy.checks) and any(move.effect is Effect.TEXT for move in moves),
    )
    stands = found.role or found.approvals or found.frozen or found.immutable or found.checked
    return found if stands else None


def _disturbs(move: Move) -> bool:
    """Tell whether a label that was put on a version would not stay there, with its text and its protection."""
    if move.effect is Effect.LEADS:
        return move.changes and move.from_version_id is not None
    return move.effect is not Effect.RETIRES


def check_protected_label(label: str, field: str = "label") -> str:
    """Give back a label that may be protected; every look-alike of `live` means the status.

    Raises:
        InvalidInput: When it could not be a label.
    """
    label = check_label_text(label, field)
    return LIVE if fold(label) == LIVE else label


def check_can_govern(role: OrgRole | None, *roles: OrgRole) -> None:
    """Let a subject set or lift a protection: administrators, up to their own role.

    Source: contracts/evalguard-labels.md A30.

    Raises:
        Forbidden: When the role is below admin, or below a role that is set or lifted.
    """
    needed = max((OrgRole.ADMIN, *roles), key=lambda one: one.rank)
    if role is None or not role.at_least(needed):
        raise Forbidden(needs=f"organization role {needed.value}", has=role.value if role else None)
