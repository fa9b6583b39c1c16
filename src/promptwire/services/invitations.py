"""Invitations: an administrator of an organization lets an address register, into the organization."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.codes import INVITATION_LIFETIME, Invitation, NewInvitation, read_code
from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import Forbidden, InvalidCode, InvalidInput, NotFound, SignUpClosed
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import NewUser, SignUp, User, check_email, email_key
from promptwire.ports.mail import Message
from promptwire.ports.storage import Transaction
from promptwire.services import letters, organizations, teams
from promptwire.services.access import Access, authenticate
from promptwire.services.administration import is_instance_admin, require_org_admin, require_person
from promptwire.services.calls import Act, Call, Input, Object, new_id, record
from promptwire.services.desk import Desk
from promptwire.services.secrets import new_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation that was mailed."""

    invitation: Invitation
    code: str | None
    """For administrators of the instance, who may register any address as they like; None for everybody else, since
    who has the code has the address."""
    letter: Message


async def invite(desk: Desk, call: Call, org_id: str, read: Input[NewInvitation]) -> Invited:
    """Mail an invitation to an address, in the place of an earlier one; needs an administrator of the organization.

    Raises:
        Forbidden, InvalidInput, InvalidBody, NotFound: As their names say.
        SignUpClosed: Where nobody registers by themselves.
        TooManyRequests: When the mailbox has had too many.
    """
    new = await desk.store.read(lambda tx: _check(tx, authenticate(tx, call, Access.PERSON), org_id, read))
    if desk.sign_up is SignUp.CLOSED:
        raise SignUpClosed
    desk.limits.ask(call.address, new.email)
    url = desk.public_url
    invited = await desk.store.write(
        lambda tx: _invite(tx, authenticate(tx, call, Access.PERSON), org_id, read, url=url)
    )
    desk.post([invited.letter])
    return invited


def _check(tx: Transaction, act: Act, org_id: str, read: Input[NewInvitation]) -> NewInvitation:
    role = require_org_admin(tx, act, org_id)
    new = read()
    check_email(new.email)
    if new.role is OrgRole.OWNER:
        raise InvalidInput("invalid role, must be viewer, member, or admin", "role")
    if not role.at_least(new.role):
        raise Forbidden(needs=f"organization role {new.role.value}", has=role.value)
    team = tx.teams.get(new.team_id) if new.team_id else None
    if new.team_id and (team is None or team.org_id != org_id):
        raise NotFound("team")
    return new


def _invite(tx: Transaction, act: Act, org_id: str, read: Input[NewInvitation], *, url: str | None) -> Invited:
    new = _check(tx, act, org_id, read)
    organization = tx.organizations.get(org_id)
    if organization is None:
        raise NotFound("organization")
    invitation = Invitation(
        id=new_id(),
        org_id=org_id,
        team_id=new.team_id,
        email=new.email,
        role=new.role,
        created_by=require_person(act).id,
        created_at=act.now,
        expires_at=act.now + INVITATION_LIFETIME,
    )
    text = new_code()
    tx.invitations.put(invitation, token_hash(read_code(text)))
    _record(tx, act, "invitation.created", invitation)
    letter = letters.invitation(invitation, organization.name, text, url=url)
    return Invited(invitation=invitation, code=text if is_instance_admin(act) else None, letter=letter)


def of_org(tx: Transaction, act: Act, org_id: str) -> Sequence[Invitation]:
    """List the invitations of an organization that still count, newest first; needs its administrator.

    Raises:
        Forbidden: As its name says.
    """
    require_org_admin(tx, act, org_id)
    return tx.invitations.of_org(org_id, act.now)


def revoke(tx: Transaction, act: Act, org_id: str, invitation_id: str) -> None:
    """Call an invitation off; needs an administrator of the organization.

    Raises:
        Forbidden: As its name says.
        NotFound: When the organization has no such invitation.
    """
    found = next((one for one in of_org(tx, act, org_id) if one.id == invitation_id), None)
    if found is None:
        raise NotFound("invitation")
    tx.invitations.delete(found.id)
    _record(tx, act, "invitation.deleted", found)


def find(tx: Transaction, call: Call, new: NewUser) -> Invitation:
    """Give the invitation that somebody registers with; whoever made it must be able to make it now.

    Raises:
        InvalidCode: When it is none, has expired, is for another address, or counts no longer.
    """
    found = tx.invitations.by_hash(token_hash(read_code(new.invitation)))
    if found is None or found.expires_at <= call.now or not _same(found.email, new.email):
        raise InvalidCode("invitation")
    if not _may_still_invite(tx, call, found):
        raise InvalidCode("invitation")
    return found


def _may_still_invite(tx: Transaction, call: Call, invitation: Invitation) -> bool:
    inviter = tx.users.get(invitation.created_by) if invitation.created_by else None
    if inviter is None:
        return False
    try:
        role = require_org_admin(tx, Act(UserSubject(inviter), call), invitation.org_id)
    except Forbidden:
        return False
    return role.at_least(invitation.role)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(email_key(one).encode(), email_key(other).encode())


def accept(tx: Transaction, act: Act, invitation: Invitation, user: User) -> None:
    """Let a person in who was invited; the invitation counts no longer."""
    tx.invitations.delete(invitation.id)
    _record(tx, act, "invitation.accepted", invitation)
    organizations.join(tx, act, invitation.org_id, user.id, role=invitation.role)
    team = tx.teams.get(invitation.team_id) if invitation.team_id else None
    if team and team.org_id == invitation.org_id:
        role = TeamRole.VIEWER if invitation.role is OrgRole.VIEWER else TeamRole.EDITOR
        teams.join(tx, act, team, user.id, role=role)


def _record(tx: Transaction, act: Act, action: str, invitation: Invitation) -> None:
    facts: Facts = {"role": invitation.role.value, "team_id": invitation.team_id}
    of, scope = Object("invitation", invitation.id), Scope("org", invitation.org_id)
    created = action == "invitation.created"
    record(tx, act, scope, action, of=of, before=None if created else facts, after=facts if created else None)
