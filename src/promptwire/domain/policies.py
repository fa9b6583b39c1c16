"""Policies: what a protected label asks for before it moves, beside a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from promptwire.domain.changes import Facts, timestamp
from promptwire.domain.checks import Check
from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import OrgRole

MAX_APPROVALS = 10
MAX_APPROVERS = 50
MAX_REQUEST_DAYS = 90
DEFAULT_REQUEST_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a protected label asks for, beside the role."""

    approvals: int = 0
    """How many people must approve a move, also one of an owner."""
    self_approval: bool = False
    """Whether who asks for a move counts among those who approve it."""
    approver_role: OrgRole | None = None
    """Who has at least this role in the organization may approve."""
    approver_ids: tuple[str, ...] = ()
    """Members of the organization who may approve, whatever their role."""
    frozen_until: datetime | None = None
    """Nothing moves before this time."""
    immutable: bool = False
    """Whether the label stays on the version it is once put on, with the text that has then."""
    checks: tuple[Check, ...] = ()
    """The checks that a version must pass before the label leads to it."""
    request_days: int = DEFAULT_REQUEST_DAYS
    """How long a change request stays open."""

    @property
    def request_lifetime(self) -> timedelta:
        """Give how long a change request stays open."""
        return timedelta(days=self.request_days)

    @property
    def facts(self) -> Facts:
        """Give what the change log says of it: nothing where it asks for nothing more than a role."""
        if self == NOTHING_MORE:
            return {}
        return {
            "approvals": self.approvals,
            "self_approval": self.self_approval,
            "approver_role": self.approver_role.value if self.approver_role else None,
            "approver_ids": self.approver_ids,
            "frozen_until": timestamp(self.frozen_until) if self.frozen_until else None,
            "immutable": self.immutable,
            "checks": tuple(map(str, self.checks)),
            "request_days": self.request_days,
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Policy:
        """Read what the change log says of it, beside whatever else stands there."""
        if "approvals" not in facts:
            return NOTHING_MORE
        until = facts["frozen_until"]
        return cls(
            approvals=facts["approvals"],
            self_approval=facts["self_approval"],
            approver_role=OrgRole(facts["approver_role"]) if facts["approver_role"] else None,
            approver_ids=tuple(facts["approver_ids"]),
            frozen_until=None if until is None else datetime.fromisoformat(until),
            immutable=facts["immutable"],
            checks=tuple(map(Check, facts["checks"])),
            request_days=facts["request_days"],
        )

    def is_frozen(self, now: datetime) -> bool:
        """Tell whether nothing moves now."""
        return self.frozen_until is not None and now < self.frozen_until


NOTHING_MORE = Policy()
"""The policy of a label that asks for a role only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUpdate:
    """What shall change of how a label is protected."""

    min_required_role: OrgRole | None = None
    """None leaves the role as it is."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the policy, by name, with their new values; what is not here stays."""


def check_policy(policy: Policy) -> Policy:
    """Give back a policy that may be set.

    Raises:
        InvalidInput: Naming the field that is out of its range.
    """
    for name, value, most in (
        ("approvals", policy.approvals, MAX_APPROVALS),
        ("request_days", policy.request_days, MAX_REQUEST_DAYS),
    ):
        least = 1 if name == "request_days" else 0
        if not least <= value <= most:
            raise InvalidInput(f"{name} must be from {least} to {most}", name)
    if len(policy.approver_ids) > MAX_APPROVERS:
        raise InvalidInput(f"approver_ids must name at most {MAX_APPROVERS} people", "approver_ids")
    return policy
