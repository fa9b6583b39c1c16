"""Members: who belongs to a team or an organization, and as what."""

from __future__ import annotations

from promptwire.domain.errors import Forbidden, InvalidInput, NotFound
from promptwire.domain.numbered_pages import Counted, Numbered
from promptwire.domain.organizations import NewMember, Organization, Team, TeamMember
from promptwire.domain.pages import Moment
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.ports.storage import Transaction
from promptwire.services import join_requests, organizations, teams
from promptwire.services.administration import (
    administer,
    administer_team,
    hold_team,
    is_instance_admin,
    require_person,
    role_over_team,
)
from promptwire.services.calls import Act, Input


def of_team(tx: Transaction, act: Act, team_id: str, read: Input[Numbered]) -> Counted[TeamMember]:
    """List who belongs to a team, who came first first; needs any role in it, or its organization's administrator.

    Raises:
        Forbidden: For everybody else; an unknown team is refused like a foreign one (px0's words).
        InvalidInput: As its name says.
    """
    team = tx.teams.get(team_id)
    if team is None or role_over_team(tx, act, team) is None:
        raise Forbidden
    asked = read()
    found, total = tx.teams.page_of_members(team.id, asked), tx.teams.count_members(team.id)
    return Counted.of(found, asked, total=total, place=lambda member: Moment(member.created_at, member.user.id))


def add(tx: Transaction, act: Act, team_id: str, read: Input[NewMember]) -> None:
    """Let a person into a team, and thereby into its organization; needs its admin.

    Nobody is drawn into an organization who has not asked for it: the person must belong to it already, or have asked
    to join the team, which is approved thereby. Only an administrator of the instance may add anybody.

    Raises:
        NotFound: Where the subject sees no such team, or no such person.
        Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    team = administer_team(tx, act, team_id)
    new = read()
    request = tx.join_requests.pending_of(team.id, new.user_id)
    is_welcome = request or is_instance_admin(act) or _is_known(tx, team, new.user_id)
    if not is_welcome or tx.users.get(new.user_id) is None:
        raise NotFound("user to add")
    teams.join(tx, act, team, new.user_id, role=new.role)
    if request:
        join_requests.settle(tx, act, team, request)


def _is_known(tx: Transaction, team: Team, user_id: str) -> bool:
    in_team = tx.teams.role(team.id, user_id) is not None
    return in_team or (team.org_id is not None and tx.organizations.role(team.org_id, user_id) is not None)


def change_role(tx: Transaction, act: Act, team_id: str, user_id: str, *, read: Input[TeamRole]) -> None:
    """Give a member of a team another role; needs its admin.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
        LastAdministrator: When the team would have no admin any more.
    """
    team = administer_team(tx, act, team_id)
    teams.set_role(tx, act, team, user_id, role=read())


def remove(tx: Transaction, act: Act, team_id: str, user_id: str) -> None:
    """Take a person out of a team; who is in its organization only is not in it afterwards either. Needs its admin.

    Raises:
        NotFound, Forbidden: As their names say.
        InvalidInput: When the person does not belong to the organization of the team.
        LastAdministrator: When the team would have no admin any more.
    """
    team = administer_team(tx, act, team_id)
    if team.org_id and tx.organizations.role(team.org_id, user_id) is None:
        raise InvalidInput("user is not a member of this organization", "userID")
    teams.dismiss(tx, act, team, user_id)


def leave(tx: Transaction, act: Act, team_id: str) -> None:
    """Let whoever asks out of a team.

    Raises:
        NotFound: When the person does not belong to it.
        LastAdministrator: When the team would have no admin any more.
    """
    user = require_person(act)
    team = hold_team(tx, team_id)
    if team is None or not teams.dismiss(tx, act, team, user.id):
        raise NotFound("team of the person")


def change_org_role(tx: Transaction, act: Act, org_id: str, user_id: str, *, read: Input[OrgRole]) -> None:
    """Give a member of an organization another role; needs its administrator, for owners an owner.

    Raises:
        Forbidden, NotFound, InvalidInput, InvalidBody: As their names say.
        LastAdministrator: When the organization would have no owner any more.
    """
    organization, governor = administer(tx, act, org_id)
    role = read()
    now = _org_role(tx, organization, user_id)
    if now is role:
        return
    if OrgRole.OWNER in {now, role}:
        _check_governs_owners(tx, act, organization, governor)
        organizations.check_owner_stays(tx, organization, user_id)
    tx.organizations.set_role(org_id, user_id, role, act.now)
    organizations.record_member(tx, act, org_id, user_id, before=now, after=role)


def remove_from_organization(tx: Transaction, act: Act, org_id: str, user_id: str) -> None:
    """Take a person out of an organization and its teams; needs its administrator, for owners an owner, or the person.

    Raises:
        Forbidden, NotFound: As their names say.
        LastAdministrator: When the organization would have no owner any more, or a team no admin.
    """
    organization, governor = _administer_or_leave(tx, act, org_id, user_id)
    if _org_role(tx, organization, user_id) is OrgRole.OWNER:
        _check_governs_owners(tx, act, organization, governor)
    for team in sorted(tx.teams.of_user(user_id), key=lambda team: team.id):
        if team.org_id == org_id:
            tx.teams.lock(team.id)
            teams.dismiss(tx, act, team, user_id)
    organizations.dismiss(tx, act, organization, user_id)


def _administer_or_leave(tx: Transaction, act: Act, org_id: str, user_id: str) -> tuple[Organization, OrgRole]:
    tx.organizations.lock(org_id)
    organization = tx.organizations.get(org_id)
    own = tx.organizations.role(org_id, user_id) if user_id == act.user_id else None
    return (organization, own) if organization and own else administer(tx, act, org_id)


def _org_role(tx: Transaction, organization: Organization, user_id: str) -> OrgRole:
    role = tx.organizations.role(organization.id, user_id)
    if role is None:
        raise NotFound("organization member")
    return role


def _check_governs_owners(tx: Transaction, act: Act, organization: Organization, governor: OrgRole) -> None:
    """Let owners decide about owners, and where there is none any more, an administrator of the instance."""
    orphaned = is_instance_admin(act) and not tx.organizations.owners(organization.id)
    if governor is not OrgRole.OWNER and not orphaned:
        raise Forbidden(needs=f"organization role {OrgRole.OWNER.value}", has=governor.value)
