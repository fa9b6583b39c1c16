"""The registry of protected labels in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from promptwire.domain.checks import Check
from promptwire.domain.policies import DEFAULT_REQUEST_DAYS, Policy
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.roles import OrgRole
from promptwire.storage.rows import AnyRow, Values
from promptwire.storage.tables import protected_labels


class ProtectedLabels:
    """The registry of protected labels."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_team(self, team_id: str) -> Sequence[ProtectedLabel]:
        """List a team's protected labels, in ascending order by code point."""
        rows = self._connection.execute(select(protected_labels).where(protected_labels.c.team_id == team_id))
        return sorted(map(_to_protected_label, rows), key=lambda one: one.label)

    def put(self, protected: ProtectedLabel) -> None:
        """Protect a label, or change how."""
        self.remove(protected.team_id, protected.key)
        self._connection.execute(insert(protected_labels).values(_from_protected_label(protected)))

    def remove(self, team_id: str, key: str) -> None:
        """Lift the protection of the label with this folded form."""
        protected = protected_labels.c
        self._connection.execute(
            delete(protected_labels).where(protected.team_id == team_id, protected.label_key == key)
        )


def _to_protected_label(row: AnyRow) -> ProtectedLabel:
    return ProtectedLabel(
        team_id=row.team_id,
        label=row.label,
        min_required_role=OrgRole(row.min_required_role),
        policy=_to_policy(row.policy or {}, row.frozen_until),
        created_by=row.created_by,
        created_at=row.created_at,
    )


def _to_policy(stored: dict[str, Any], frozen_until: datetime | None) -> Policy:
    role = stored.get("approver_role")
    return Policy(
        approvals=stored.get("approvals", 0),
        self_approval=stored.get("self_approval", False),
        approver_role=OrgRole(role) if role else None,
        approver_ids=tuple(stored.get("approver_ids", ())),
        frozen_until=frozen_until,
        immutable=stored.get("immutable", False),
        checks=tuple(map(Check, stored.get("checks", ()))),
        request_days=stored.get("request_days", DEFAULT_REQUEST_DAYS),
    )


def _from_protected_label(protected: ProtectedLabel) -> Values:
    policy = protected.policy
    return {
        "team_id": protected.team_id,
        "label_key": protected.key,
        "label": protected.label,
        "min_required_role": protected.min_required_role.value,
        "created_by": protected.created_by,
        "created_at": protected.created_at,
        "policy": {
            "approvals": policy.approvals,
            "self_approval": policy.self_approval,
            "approver_role": policy.approver_role.value if policy.approver_role else None,
            "approver_ids": list(policy.approver_ids),
            "immutable": policy.immutable,
            "checks": [check.value for check in policy.checks],
            "request_days": policy.request_days,
        },
        "frozen_until": policy.frozen_until,
    }
