"""Organizations: create them, and let people in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from promptwire.domain.changes import INSTANCE, Facts, Scope
from promptwire.domain.organizations import Membership, Organization
from promptwire.domain.roles import OrgRole
from promptwire.domain.texts import check_name
from promptwire.ports.storage import Transaction
from promptwire.services.access import counted_role
from promptwire.services.administration import require_person
from promptwire.services.calls import Act, Object, new_id, record


def create(tx: Transaction, act: Act, name: str, owner_id: str) -> Organization:
    """Add an organization that a person owns.

    Raises:
        InvalidInput: When the name may not be stored.
        AlreadyExists: When the name is taken, in any case.
    """
    organization = Organization(id=new_id(), name=check_name(name), created_at=act.now)
    tx.organizations.insert(organization)
    for scope in (INSTANCE, Scope("org", organization.id)):
        of, after = Object("organization", organization.id), {"name": organization.name}
        record(tx, act, scope, "organization.created", of=of, after=after)
    join(tx, act, organization.id, owner_id, role=OrgRole.OWNER)
    return organization


def join(tx: Transaction, act: Act, org_id: str, user_id: str, *, role: OrgRole) -> None:
    """Make a person belong to an organization with a role at least; a higher one stays."""
    now = tx.organizations.role(org_id, user_id)
    if now and now.at_least(role):
        return
    tx.organizations.set_role(org_id, user_id, role, act.now)
    action = "organization_member.role_changed" if now else "organization_member.added"
    of, scope = Object("organization_member", user_id), Scope("org", org_id)
    before = _member_facts(org_id, user_id, now) if now else None
    record(tx, act, scope, action, of=of, before=before, after=_member_facts(org_id, user_id, role))


def of_person(tx: Transaction, act: Act) -> Sequence[Membership]:
    """List the organizations that whoever asks belongs to, oldest first, with the role that counts.

    Raises:
        Forbidden: When it is no person.
    """
    user = require_person(act)
    found = tx.organizations.of_user(user.id)
    return [replace(membership, role=counted_role(user, membership.role)) for membership in found]


def _member_facts(org_id: str, user_id: str, role: OrgRole) -> Facts:
    return {"org_id": org_id, "user_id": user_id, "role": role.value}
