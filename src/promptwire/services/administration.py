"""Rights beyond prompts: over an organization, a team, the instance, and those only a person has (DESIGN 2b)."""

from __future__ import annotations

from promptwire.domain.errors import Forbidden, NotFound
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.subjects import KeySubject, UserSubject
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services.access import A_SESSION, org_role, team_role
from promptwire.services.calls import Act


def require_person(act: Act) -> User:
    """Give the person who asks.

    Raises:
        Forbidden: When it is no person.
    """
    if not isinstance(act.subject, UserSubject):
        raise Forbidden(needs=A_SESSION)
    return act.subject.user


def require_org_admin(tx: Transaction, act: Act, org_id: str) -> OrgRole:
    """Give the role with which the subject administers an organization; an unknown one is refused like a foreign one.

    An instance administrator administers every organization on `/v1`, as a member or not. A key does when it was made
    for it, in every team.

    Raises:
        Forbidden: Where there is no such role.
    """
    check_key_administers(act)
    check_key_is_for_all_teams(act)
    role = org_role(tx, act, org_id)
    if role is None and is_instance_admin(act) and tx.organizations.get(org_id):
        return OrgRole.ADMIN
    if role is None or not role.at_least(OrgRole.ADMIN):
        raise Forbidden(needs="organization role admin", has=role.value if role else None)
    return role


def require_org_owner(tx: Transaction, act: Act, org_id: str) -> None:
    """Let only an owner of an organization pass, or a key of one for all of its administration.

    Raises:
        Forbidden: For everybody else.
    """
    role = require_org_admin(tx, act, org_id)
    if role is not OrgRole.OWNER:
        raise Forbidden(needs=f"organization role {OrgRole.OWNER.value}", has=role.value)


def administer(tx: Transaction, act: Act, org_id: str) -> tuple[Organization, OrgRole]:
    """Give an organization that the subject administers, and the role it does that with; hold off others meanwhile.

    Raises:
        Forbidden: Where there is no such role; an unknown organization is refused like a foreign one (px0's words).
        NotFound: When an instance administrator asks for an unknown one.
    """
    tx.organizations.lock(org_id)
    organization = tx.organizations.get(org_id)
    if organization is None and is_instance_admin(act):
        raise NotFound("organization")
    role = require_org_admin(tx, act, org_id)
    if organization is None:
        raise Forbidden
    return organization, role


def require_part(tx: Transaction, act: Act, org_id: str) -> Organization:
    """Give an organization in which the subject has a part, and so may know what it has.

    What a key reads does not depend on who made it.

    Raises:
        Forbidden: For everybody else; an unknown organization is refused like a foreign one (px0's words).
        NotFound: When an instance administrator asks for an unknown one.
    """
    organization = tx.organizations.get(org_id)
    if organization is None and is_instance_admin(act):
        raise NotFound("organization")
    key = act.subject.key if isinstance(act.subject, KeySubject) else None
    has_part = key.org_id == org_id if key else sees_org(tx, act, org_id)
    if organization is None or not has_part:
        raise Forbidden
    return organization


def governing_role(tx: Transaction, act: Act, org_id: str) -> OrgRole | None:
    """Give the role with which the subject governs the labels of an organization: by belonging to it only.

    Raises:
        Forbidden: For a key that was not made for administration.
    """
    check_key_administers(act)
    return org_role(tx, act, org_id)


def require_auditor(tx: Transaction, act: Act, org_id: str) -> None:
    """Let pass who may read the change log of an organization: its administrators, and the instance's.

    A key passes that was made by an administrator, for administration, in every team; what has become of its maker
    since does not matter to what it reads.

    Raises:
        Forbidden: For everybody else; an unknown organization is refused like a foreign one.
    """
    if not isinstance(act.subject, KeySubject):
        require_org_admin(tx, act, org_id)
        return
    key = act.subject.key
    check_key_administers(act)
    check_key_is_for_all_teams(act)
    if key.org_id != org_id or not key.pinned_role.at_least(OrgRole.ADMIN):
        raise Forbidden(needs="organization role admin")


def sees_org(tx: Transaction, act: Act, org_id: str) -> bool:
    """Tell whether the subject has a part in an organization, and so may know what it has."""
    return org_role(tx, act, org_id) is not None or is_instance_admin(act)


def administer_team(tx: Transaction, act: Act, team_id: str) -> Team:
    """Give a team that the subject administers; hold off others who change it meanwhile.

    Raises:
        NotFound: Where the subject sees no such team.
        Forbidden: Where it sees it, and may not do this.
    """
    team = hold_team(tx, team_id)
    if team is None or not sees_team(tx, act, team):
        raise NotFound("team")
    check_administers_team(tx, act, team)
    return team


def check_administers_team(tx: Transaction, act: Act, team: Team) -> None:
    """Let only who administers a team pass.

    Raises:
        Forbidden: For everybody else.
    """
    role = role_over_team(tx, act, team)
    if role is not TeamRole.ADMIN:
        raise Forbidden(needs=f"team role {TeamRole.ADMIN.value}", has=role.value if role else None)


def role_over_team(tx: Transaction, act: Act, team: Team) -> TeamRole | None:
    """Give what the subject may do to a team itself, which is not what it may do to the team's prompts.

    An administrator of the organization or of the instance counts as its admin, as a member or not.
    """
    if isinstance(act.subject, UserSubject) and (is_instance_admin(act) or _governs(tx, act, team)):
        return TeamRole.ADMIN
    return team_role(tx, act, team)


def _governs(tx: Transaction, act: Act, team: Team) -> bool:
    role = org_role(tx, act, team.org_id) if team.org_id else None
    return role is not None and role.at_least(OrgRole.ADMIN)


def sees_team(tx: Transaction, act: Act, team: Team) -> bool:
    """Tell whether the subject may know that there is such a team: in it, in its organization, in its key's scope."""
    if role_over_team(tx, act, team):
        return True
    return isinstance(act.subject, UserSubject) and team.org_id is not None and sees_org(tx, act, team.org_id)


def hold_team(tx: Transaction, team_id: str) -> Team | None:
    """Give a team by id, and hold off everybody else who changes it, or who belongs to it or to its organization.

    The organization is always locked before its teams, so that nobody waits for somebody who waits for them.
    """
    team = tx.teams.get(team_id)
    while team:
        if team.org_id:
            tx.organizations.lock(team.org_id)
        tx.teams.lock(team.id)
        held = tx.teams.get(team.id)
        if held is None or held.org_id == team.org_id:
            return held
        team = held
    return None


def check_key_administers(act: Act) -> None:
    """Let a key pass only when it was made for administration.

    Raises:
        Forbidden: For any other key.
    """
    if isinstance(act.subject, KeySubject) and act.subject.key.operation is not Operation.ADMIN:
        raise Forbidden(needs="an API key with operation admin", has=act.subject.key.operation.value)


def check_key_is_for_all_teams(act: Act) -> None:
    """Let a key pass only when it is good for the whole organization.

    Raises:
        Forbidden: For a key that is limited to teams.
    """
    if isinstance(act.subject, KeySubject) and act.subject.key.team_ids is not None:
        raise Forbidden(needs="an API key for every team", has="one that is limited to teams")


def require_instance_admin(act: Act) -> None:
    """Let only an administrator of this instance pass.

    Raises:
        Forbidden: For everybody else.
    """
    if not is_instance_admin(act):
        raise Forbidden(needs="instance administrator")


def is_instance_admin(act: Act) -> bool:
    """Tell whether the subject is an administrator of this instance."""
    return isinstance(act.subject, UserSubject) and act.subject.user.is_admin
