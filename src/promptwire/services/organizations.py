"""Organizations: create, rename and remove them, and see who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from promptwire.domain.changes import INSTANCE, Facts, Scope
from promptwire.domain.errors import LastAdministrator
from promptwire.domain.numbered_pages import Counted, Numbered
from promptwire.domain.organizations import Member, Membership, Organization
from promptwire.domain.pages import moment_of
from promptwire.domain.roles import OrgRole, counted_role
from promptwire.domain.texts import check_name
from promptwire.ports.storage import Transaction
from promptwire.services import keys, removal, webhooks
from promptwire.services.administration import (
    administer,
    check_key_is_for_all_teams,
    require_instance_admin,
    require_part,
    require_person,
)
from promptwire.services.calls import Act, Input, Object, new_id, record


def create(tx: Transaction, act: Act, name: str, owner_id: str) -> Organization:
    """Add an organization that a person owns.

    Raises:
        InvalidInput: When the name may not be stored.
        AlreadyExists: When the name is taken, in any case.
    """
    organization = Organization(id=new_id(), name=check_name(name), created_at=act.now)
    tx.organizations.insert(organization)
    _record(tx, act, organization.id, "organization.created", after={"name": organization.name})
    join(tx, act, organization.id, owner_id, role=OrgRole.OWNER)
    return organization


def found(tx: Transaction, act: Act, read: Input[str]) -> Organization:
    """Add an organization that its founder owns; needs an administrator of the instance.

    Raises:
        Forbidden, InvalidInput, InvalidBody: As their names say.
        AlreadyExists: When the name is taken, in any case.
    """
    require_instance_admin(act)
    return create(tx, act, read(), require_person(act).id)


def rename(tx: Transaction, act: Act, org_id: str, read: Input[str]) -> Organization:
    """Give an organization another name; needs its administrator.

    Raises:
        Forbidden, NotFound, InvalidInput, InvalidBody: As their names say.
        AlreadyExists: When the name is taken, in any case.
    """
    organization, _ = administer(tx, act, org_id)
    renamed = replace(organization, name=check_name(read()))
    if renamed != organization:
        tx.organizations.update(renamed)
        before, after = {"name": organization.name}, {"name": renamed.name}
        _record(tx, act, org_id, "organization.renamed", before=before, after=after)
    return renamed


def delete(tx: Transaction, act: Act, org_id: str) -> None:
    """Remove an organization with its teams, prompts and keys for good; needs its administrator.

    Raises:
        Forbidden, NotFound: As their names say.
        ProtectedLabelRefused: When a prompt of it holds a label that the subject may not move.
    """
    organization, _ = administer(tx, act, org_id)
    tx.organizations.lock_whole(org_id)
    for team in tx.teams.of_org(org_id):
        removal.remove_team(tx, act, team)
    keys.forget_organization(tx, act, org_id)
    webhooks.forget_organization(tx, act, org_id)
    tx.organizations.delete(org_id)
    _record(tx, act, org_id, "organization.deleted", before={"name": organization.name})


def people(tx: Transaction, act: Act, org_id: str, read: Input[Numbered]) -> Counted[Member]:
    """List who belongs to an organization by the age of their accounts; needs any part in it.

    Raises:
        Forbidden: For everybody else, and for a key that is limited to teams.
        NotFound, InvalidInput: As their names say.
    """
    require_part(tx, act, org_id)
    check_key_is_for_all_teams(act)
    asked = read()
    found, total = tx.organizations.people(org_id, asked), tx.organizations.count_people(org_id)
    return Counted.of(found, asked, total=total, place=lambda member: moment_of(member.user))


def join(tx: Transaction, act: Act, org_id: str, user_id: str, *, role: OrgRole) -> None:
    """Make a person belong to an organization with a role at least; a higher one stays."""
    tx.organizations.lock(org_id)
    now = tx.organizations.role(org_id, user_id)
    if now and now.at_least(role):
        return
    tx.organizations.set_role(org_id, user_id, role, act.now)
    record_member(tx, act, org_id, user_id, before=now, after=role)


def dismiss(tx: Transaction, act: Act, organization: Organization, user_id: str) -> None:
    """Let a person belong to an organization that is held no longer; to its teams they must not belong any more.

    Raises:
        LastAdministrator: When the organization would have no owner any more.
    """
    now = tx.organizations.role(organization.id, user_id)
    check_owner_stays(tx, organization, user_id)
    tx.organizations.remove_member(organization.id, user_id)
    record_member(tx, act, organization.id, user_id, before=now, after=None)


def check_owner_stays(tx: Transaction, organization: Organization, user_id: str) -> None:
    """Let a person be an owner no longer.

    Raises:
        LastAdministrator: When the organization would have no owner any more.
    """
    if list(tx.organizations.owners(organization.id)) == [user_id]:
        owner = OrgRole.OWNER.value
        raise LastAdministrator(role=owner, of="organization", id=organization.id, name=organization.name)


def of_person(tx: Transaction, act: Act) -> Sequence[Membership]:
    """List the organizations that whoever asks belongs to, oldest first, with the role that counts.

    Raises:
        Forbidden: When it is no person.
    """
    user = require_person(act)
    found = tx.organizations.of_user(user.id)
    return [replace(membership, role=counted_role(membership.role, is_admin=user.is_admin)) for membership in found]


def record_member(
    tx: Transaction, act: Act, org_id: str, user_id: str, *, before: OrgRole | None, after: OrgRole | None
) -> None:
    """Append to the change log what became of a person in an organization."""
    action = "organization_member.role_changed" if before else "organization_member.added"
    if after is None:
        action = "organization_member.removed"
    facts = [{"org_id": org_id, "user_id": user_id, "role": role.value} if role else None for role in (before, after)]
    of, scope = Object("organization_member", user_id), Scope("org", org_id)
    record(tx, act, scope, action, of=of, before=facts[0], after=facts[1])


def _record(
    tx: Transaction, act: Act, org_id: str, action: str, *, before: Facts | None = None, after: Facts | None = None
) -> None:
    for scope in (INSTANCE, Scope("org", org_id)):
        record(tx, act, scope, action, of=Object("organization", org_id), before=before, after=after)
