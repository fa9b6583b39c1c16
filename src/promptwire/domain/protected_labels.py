"""Protected labels: which labels of a team only move at the hands of whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.errors import Forbidden, ProtectedLabelRefused
from promptwire.domain.labels import check_label_text
from promptwire.domain.roles import OrgRole
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedLabel:
    """A label, or `live` for the status, whose move needs at least a role in the team's organization."""

    team_id: str
    label: str
    min_required_role: OrgRole
    created_by: str | None
    created_at: datetime

    @property
    def key(self) -> str:
        """Give the form in which look-alikes are the same label."""
        return fold(self.label)


def check_protected_label(label: str, field: str = "label") -> str:
    """Give back a label that may be protected; every look-alike of `live` means the status.

    Raises:
        InvalidInput: When it could not be a label.
    """
    label = check_label_text(label, field)
    return LIVE if fold(label) == LIVE else label


def check_moves(labels: Iterable[str], registry: Iterable[ProtectedLabel], role: OrgRole | None) -> None:
    """Let labels move, or refuse all of them.

    Every label named is asked for, also where nothing would change; a label is protected when it looks like one
    that is (contracts/evalguard-labels.md A3, A4, A5, A15).

    Raises:
        ProtectedLabelRefused: Naming every label that needs a higher role than there is.
    """
    named = {fold(label) for label in labels}
    refused = tuple(
        one
        for one in sorted(registry, key=lambda one: one.label)
        if one.key in named and (role is None or not role.at_least(one.min_required_role))
    )
    if refused:
        raise ProtectedLabelRefused(refused, role)


def check_can_govern(role: OrgRole | None, *roles: OrgRole) -> None:
    """Let a subject set or lift a protection: administrators, up to their own role.

    Source: contracts/evalguard-labels.md A30.

    Raises:
        Forbidden: When the role is below admin, or below a role that is set or lifted.
    """
    needed = max((OrgRole.ADMIN, *roles), key=lambda one: one.rank)
    if role is None or not role.at_least(needed):
        raise Forbidden(needs=f"organization role {needed.value}", has=role.value if role else None)
