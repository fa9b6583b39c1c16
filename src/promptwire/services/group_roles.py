"""Roles that the groups of an identity provider give: made so at each sign-in, by the use cases that anybody uses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence

from promptwire.domain.errors import LastAdministrator
from promptwire.domain.identities import GivenRole, GroupRule, rules_for, wanted_org_roles
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.subjects import OperatorSubject
from promptwire.ports.storage import Transaction
from promptwire.services import organizations, teams
from promptwire.services.administration import hold_team
from promptwire.services.calls import Act, Call

log = logging.getLogger(__name__)
REASON = "groups of the identity provider"


def system(call: Call) -> Act:
    """Give the server itself as who acts: the person has no right to what the groups give."""
    return Act(OperatorSubject(), call).because(REASON)


def apply(tx: Transaction, call: Call, rules: Sequence[GroupRule], groups: Collection[str], *, user_id: str) -> None:
    """Give a person the roles of their groups, and take back what groups gave that they are in no more.

    What somebody else gave stays: a higher role than that of the groups, and a role that was changed since by hand.
    """
    act = system(call)
    known = {given.team_id or given.org_id: given for given in tx.identities.given(user_id)}
    found = list(_found(tx, rules_for(groups, rules)))
    orgs = wanted_org_roles((org.id, rule) for org, _, rule in found)
    for org_id in sorted(orgs):
        _in_org(tx, act, org_id, user_id, role=orgs[org_id], given=known.pop(org_id, None))
    for team, role in _wanted_teams(found):
        _in_team(tx, act, team, user_id, role=role, given=known.pop(team.id, None))
    for given in sorted(known.values(), key=lambda one: one.team_id is None):  # teams before organizations
        _take_back(tx, act, given)


def _found(tx: Transaction, rules: Sequence[GroupRule]) -> Iterator[tuple[Organization, Team | None, GroupRule]]:
    for rule in rules:
        org = tx.organizations.by_name(rule.organization)
        team = next((one for one in tx.teams.of_org(org.id) if one.slug == rule.team), None) if org else None
        if org is None or (rule.team and team is None):
            log.warning("a group gives a role where there is nothing", extra={"group": rule.group})
            continue
        yield org, team, rule


def _wanted_teams(found: Sequence[tuple[Organization, Team | None, GroupRule]]) -> list[tuple[Team, TeamRole]]:
    wanted: dict[str, tuple[Team, TeamRole]] = {}
    for _, team, rule in found:
        if team and isinstance(rule.role, TeamRole):
            known = wanted.get(team.id)
            if known is None or rule.role.at_least(known[1]):
                wanted[team.id] = team, rule.role
    return [wanted[team_id] for team_id in sorted(wanted)]


def _in_org(tx: Transaction, act: Act, org_id: str, user_id: str, *, role: OrgRole, given: GivenRole | None) -> None:
    tx.organizations.lock(org_id)
    now = tx.organizations.role(org_id, user_id)
    ours = given is not None and now is not None and now.value == given.role
    before = given.before if given and ours else now.value if now else None
    if not ours and now is not None and now.at_least(role):
        return
    if now is not role and _allowed(lambda: _set_org_role(tx, act, org_id, user_id, role=role)):
        tx.identities.note(GivenRole(user_id=user_id, org_id=org_id, team_id=None, role=role.value, before=before))


def _set_org_role(tx: Transaction, act: Act, org_id: str, user_id: str, *, role: OrgRole) -> None:
    now = tx.organizations.role(org_id, user_id)
    organization = tx.organizations.get(org_id)
    if now is OrgRole.OWNER and organization:
        organizations.check_owner_stays(tx, organization, user_id)
    tx.organizations.set_role(org_id, user_id, role, act.now)
    organizations.record_member(tx, act, org_id, user_id, before=now, after=role)


def _in_team(tx: Transaction, act: Act, team: Team, user_id: str, *, role: TeamRole, given: GivenRole | None) -> None:
    hold_team(tx, team.id)
    now = tx.teams.role(team.id, user_id)
    ours = given is not None and now is not None and now.value == given.role
    before = given.before if given and ours else now.value if now else None
    if not ours and now is not None and now.at_least(role):
        return
    if now is None:
        role = teams.join(tx, act, team, user_id, role=role)
    elif now is role or not _allowed(lambda: teams.set_role(tx, act, team, user_id, role=role)):
        return
    org_id = team.org_id or ""
    tx.identities.note(GivenRole(user_id=user_id, org_id=org_id, team_id=team.id, role=role.value, before=before))


def _take_back(tx: Transaction, act: Act, given: GivenRole) -> None:
    team = hold_team(tx, given.team_id) if given.team_id else None
    done = _leave_team(tx, act, team, given) if team else given.team_id is not None or _leave_org(tx, act, given)
    if done:
        tx.identities.forget(given)


def _leave_team(tx: Transaction, act: Act, team: Team, given: GivenRole) -> bool:
    now = tx.teams.role(team.id, given.user_id)
    if now is None or now.value != given.role:
        return True
    if given.before is None:
        return _allowed(lambda: teams.dismiss(tx, act, team, given.user_id))
    before = TeamRole(given.before)
    return _allowed(lambda: teams.set_role(tx, act, team, given.user_id, role=before))


def _leave_org(tx: Transaction, act: Act, given: GivenRole) -> bool:
    tx.organizations.lock(given.org_id)
    organization = tx.organizations.get(given.org_id)
    now = tx.organizations.role(given.org_id, given.user_id)
    if organization is None or now is None or now.value != given.role:
        return True
    before = OrgRole(given.before) if given.before else _kept_by_teams(tx, given)
    if before is None:
        return _allowed(lambda: organizations.dismiss(tx, act, organization, given.user_id))
    return before is now or _allowed(lambda: _set_org_role(tx, act, given.org_id, given.user_id, role=before))


def _kept_by_teams(tx: Transaction, given: GivenRole) -> OrgRole | None:
    """Give the role that belonging to a team there needs; None for who is in none of its teams."""
    of_org = [team for team in tx.teams.of_user(given.user_id) if team.org_id == given.org_id]
    return min(OrgRole.MEMBER, OrgRole(given.role), key=lambda role: role.rank) if of_org else None


def _allowed(change: Callable[[], object]) -> bool:
    """Make a change unless somebody would be missing then; the last one stays, and it is tried at the next sign-in."""
    try:
        change()
    except LastAdministrator as error:
        log.warning("a role that a group no longer gives is kept: %s", error)
        return False
    return True
