"""The registry of protected labels: which labels of a team only move at the hands of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.credentials import check_expiry
from promptwire.domain.errors import InvalidInput, MissingOrganization, NotFound
from promptwire.domain.organizations import Team
from promptwire.domain.policies import Policy, PolicyUpdate, check_policy
from promptwire.domain.protected_labels import ProtectedLabel, check_can_govern, check_protected_label
from promptwire.domain.roles import OrgRole
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE
from promptwire.ports.storage import Transaction
from promptwire.services.administration import governing_role
from promptwire.services.calls import Act, Input, Object, record
from promptwire.services.membership import require_policy


def of_team(tx: Transaction, act: Act, team_id: str) -> Sequence[ProtectedLabel]:
    """List a team's protected labels; needs any role in the team or in its organization.

    Raises:
        Forbidden: As its name says.
        MissingOrganization: When the team belongs to none: it has no registry then.
    """
    team = require_policy(tx, act, team_id)
    _org_of(team)
    return tx.protected_labels.of_team(team.id)


def put(tx: Transaction, act: Act, team_id: str, label: str, *, read: Input[PolicyUpdate]) -> ProtectedLabel:
    """Protect a label, or change how, at once and also where it is in use; what is not given stays as it is.

    Needs an administrator of the organization with at least the role that is set and the one that was.

    Raises:
        Forbidden, MissingOrganization, InvalidInput, InvalidBody: As their names say.
    """
    team, governor = _govern(tx, act, team_id)
    update = read()
    label = check_protected_label(label)
    existing = _existing(tx, team, label)
    role = update.min_required_role or (existing.min_required_role if existing else None)
    if role is None:
        raise InvalidInput("min_required_role is required", "min_required_role")
    check_can_govern(governor, role, *((existing.min_required_role,) if existing else ()))
    new = ProtectedLabel(
        team_id=team.id, label=label, min_required_role=role, created_by=act.user_id, created_at=act.now
    )
    before = existing or new
    policy = _checked(tx, act, team, replace(before.policy, **update.fields), update=update)
    protected = replace(before, label=label, min_required_role=role, policy=policy)
    if label == LIVE and policy.immutable:
        raise InvalidInput("live cannot be immutable: it is what moves", "immutable")
    if protected != existing:
        tx.protected_labels.put(protected)
        _record(tx, act, team, "protected_label.set", before=existing, after=protected)
    return protected


def remove(tx: Transaction, act: Act, team_id: str, label: str) -> None:
    """Lift the protection of a label, at once; needs what `put` needs.

    Raises:
        Forbidden, MissingOrganization, InvalidInput: As their names say.
        NotFound: When the label is not protected.
    """
    team, governor = _govern(tx, act, team_id)
    existing = _existing(tx, team, check_protected_label(label))
    if existing is None:
        raise NotFound("protected label")
    check_can_govern(governor, existing.min_required_role)
    tx.protected_labels.remove(team.id, existing.key)
    _record(tx, act, team, "protected_label.removed", before=existing, after=None)


def _govern(tx: Transaction, act: Act, team_id: str) -> tuple[Team, OrgRole | None]:
    """Give a team and the role with which the subject governs it; hold off who moves its labels meanwhile."""
    team = require_policy(tx, act, team_id)
    org_id = _org_of(team)
    tx.teams.lock(team.id)
    governor = governing_role(tx, act, org_id)
    check_can_govern(governor)
    return team, governor


def _checked(tx: Transaction, act: Act, team: Team, policy: Policy, *, update: PolicyUpdate) -> Policy:
    check_policy(policy)
    if "frozen_until" in update.fields:
        check_expiry(policy.frozen_until, act.now, "frozen_until")
    for user_id in update.fields.get("approver_ids", ()):
        if tx.organizations.role(_org_of(team), user_id) is None:
            raise InvalidInput(f"approver_ids: {user_id} is no member of the organization", "approver_ids")
    return policy


def _org_of(team: Team) -> str:
    if team.org_id is None:
        raise MissingOrganization
    return team.org_id


def _existing(tx: Transaction, team: Team, label: str) -> ProtectedLabel | None:
    return next((one for one in tx.protected_labels.of_team(team.id) if one.key == fold(label)), None)


def _record(
    tx: Transaction, act: Act, team: Team, action: str, *, before: ProtectedLabel | None, after: ProtectedLabel | None
) -> None:
    named = after or before
    if named is None:
        return
    of = Object("protected_label", named.label, label=named.label)
    record(tx, act, Scope.of_team(team.id, team.org_id), action, of=of, before=_facts(before), after=_facts(after))


def _facts(protected: ProtectedLabel | None) -> Facts:
    if protected is None:
        return {}
    return {
        "team_id": protected.team_id,
        "label": protected.label,
        "min_required_role": protected.min_required_role.value,
        **protected.policy.facts,
    }
