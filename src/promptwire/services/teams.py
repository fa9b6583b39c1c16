"""Teams: create, rename, move and remove them, and let people in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from promptwire.domain.errors import LastAdministrator, NotFound
from promptwire.domain.organizations import Team, TeamChange, free_slug, team_slug
from promptwire.domain.pages import Cut, Named, Page
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.texts import check_name
from promptwire.ports.storage import Transaction
from promptwire.services import keys, organizations, removal
from promptwire.services.access import visible_teams
from promptwire.services.administration import (
    administer,
    administer_team,
    hold_team,
    require_org_owner,
    require_part,
    require_person,
    sees_team,
)
from promptwire.services.calls import Act, Input, Object, new_id, record


def create(tx: Transaction, act: Act, org_id: str, name: str) -> Team:
    """Add a team without members to an organization; its slug is made of the name, one that is free.

    Raises:
        InvalidInput: When the name may not be stored.
        AlreadyExists: When the organization has a team with this name, in any case.
    """
    tx.organizations.lock(org_id)
    taken = {one.slug for one in tx.teams.of_org(org_id)}
    team = Team(id=new_id(), org_id=org_id, name=check_name(name), slug=team_slug(name, taken), created_at=act.now)
    tx.teams.insert(team)
    record(tx, act, team.scope, "team.created", of=Object("team", team.id), after=team.facts)
    return team


def add(tx: Transaction, act: Act, org_id: str, read: Input[str]) -> Team:
    """Add a team to an organization, with its maker as admin if it is a person; needs its administrator.

    Raises:
        Forbidden, NotFound, InvalidInput, InvalidBody, AlreadyExists: As their names say.
    """
    administer(tx, act, org_id)
    team = create(tx, act, org_id, read())
    if act.user_id:
        join(tx, act, team, act.user_id)
    return team


def of_org(tx: Transaction, act: Act, org_id: str, read: Input[Cut[Named] | None]) -> Page[Team, Named]:
    """List the teams of an organization by name, those in its scope for a key; needs any part in it.

    Raises:
        Forbidden, NotFound, InvalidInput: As their names say.
    """
    require_part(tx, act, org_id)
    seen = [team for team in tx.teams.of_org(org_id) if sees_team(tx, act, team)]
    cut = read()
    if cut:
        seen = [team for team in seen if cut.after is None or _place(team) > cut.after][: cut.limit + 1]
    return Page.of(seen, cut, _place)


def _place(team: Team) -> Named:
    return Named(team.name.casefold(), team.id)


def update(tx: Transaction, act: Act, team_id: str, read: Input[TeamChange]) -> Team:
    """Rename a team, set its checks, and move it to another organization or out of any, as asked for; its slug stays.

    Needs the team's admin; to leave an organization, its owner; to enter one, its administrator.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
        AlreadyExists: When the organization has a team with this name, in any case.
    """
    team = administer_team(tx, act, team_id)
    change = read()
    team = _set_checks(tx, act, team, change)
    renamed = replace(team, name=team.name if change.name is None else check_name(change.name))
    if change.moves and change.org_id != team.org_id:
        return _move(tx, act, team, replace(renamed, org_id=change.org_id))
    if renamed != team:
        tx.teams.update(renamed)
        of = Object("team", team.id)
        record(tx, act, team.scope, "team.renamed", of=of, before=team.facts, after=renamed.facts)
    return renamed


def _set_checks(tx: Transaction, act: Act, team: Team, change: TeamChange) -> Team:
    if change.promotion_checks is None or change.promotion_checks == team.promotion_checks:
        return team
    changed = replace(team, promotion_checks=change.promotion_checks)
    tx.teams.update(changed)
    before, after = ({"promotion_checks": tuple(map(str, one.promotion_checks))} for one in (team, changed))
    record(tx, act, team.scope, "team.checks_set", of=Object("team", team.id), before=before, after=after)
    return changed


def _move(tx: Transaction, act: Act, team: Team, moved: Team) -> Team:
    """Bring a team into another organization with all who belong to it, or out of any."""
    if team.org_id:
        require_org_owner(tx, act, team.org_id)
        keys.forget_team(tx, act, team)
    if moved.org_id:
        administer(tx, act, moved.org_id)
        moved = replace(moved, slug=free_slug(team.slug, {one.slug for one in tx.teams.of_org(moved.org_id)}))
    tx.teams.update(moved)
    for scope in (team.scope, moved.scope):
        record(tx, act, scope, "team.moved", of=Object("team", team.id), before=team.facts, after=moved.facts)
    for member in tx.teams.members(team.id):
        _join_organization(tx, act, moved, member.user.id, role=member.role)
    return moved


def delete(tx: Transaction, act: Act, team_id: str) -> None:
    """Remove a team with its prompts for good; needs its admin.

    Raises:
        NotFound, Forbidden: As their names say.
        ProtectedLabelRefused: When a prompt of it holds a label that the subject may not move.
    """
    removal.remove_team(tx, act, administer_team(tx, act, team_id))


def join(tx: Transaction, act: Act, team: Team, user_id: str, *, role: TeamRole = TeamRole.EDITOR) -> TeamRole:
    """Make a person belong to a team, and thereby to its organization (DESIGN section 2b); gives the role.

    Who comes first becomes its admin; who belongs to it already stays what they are.
    """
    team = hold_team(tx, team.id) or team
    now = tx.teams.role(team.id, user_id)
    if now:
        return now
    role = role if tx.teams.has_members(team.id) else TeamRole.ADMIN
    tx.teams.set_role(team.id, user_id, role, act.now)
    _record_member(tx, act, team, user_id, before=None, after=role)
    _join_organization(tx, act, team, user_id, role=role)
    return role


def set_role(tx: Transaction, act: Act, team: Team, user_id: str, *, role: TeamRole) -> None:
    """Give a member of a team that is held another role there, and the one in its organization that goes with it.

    Raises:
        NotFound: When the person does not belong to the team.
        LastAdministrator: When the team would have no admin any more.
    """
    now = tx.teams.role(team.id, user_id)
    if now is None:
        raise NotFound("team member")
    if now is role:
        return
    _check_somebody_stays(tx, team, user_id)
    tx.teams.set_role(team.id, user_id, role, act.now)
    _record_member(tx, act, team, user_id, before=now, after=role)
    _join_organization(tx, act, team, user_id, role=role)


def dismiss(tx: Transaction, act: Act, team: Team, user_id: str) -> bool:
    """Let a person belong to a team that is held no longer, to its organization still; tells whether they did.

    Raises:
        LastAdministrator: When the team would have no admin any more.
    """
    now = tx.teams.role(team.id, user_id)
    if now is None:
        return False
    _check_somebody_stays(tx, team, user_id)
    tx.teams.remove_member(team.id, user_id)
    _record_member(tx, act, team, user_id, before=now, after=None)
    return True


def _check_somebody_stays(tx: Transaction, team: Team, user_id: str) -> None:
    if list(tx.teams.admins(team.id)) == [user_id]:
        raise LastAdministrator(role=TeamRole.ADMIN.value, of="team", id=team.id, name=team.name)


def _join_organization(tx: Transaction, act: Act, team: Team, user_id: str, *, role: TeamRole) -> None:
    if team.org_id:
        org_role = OrgRole.VIEWER if role is TeamRole.VIEWER else OrgRole.MEMBER
        organizations.join(tx, act, team.org_id, user_id, role=org_role)


def _record_member(
    tx: Transaction, act: Act, team: Team, user_id: str, *, before: TeamRole | None, after: TeamRole | None
) -> None:
    action = "team_member.role_changed" if before else "team_member.added"
    if after is None:
        action = "team_member.removed"
    told = [{"team_id": team.id, "user_id": user_id, "role": role.value} if role else None for role in (before, after)]
    of = Object("team_member", user_id)
    record(tx, act, team.scope, action, of=of, before=told[0], after=told[1])


def of_person(tx: Transaction, act: Act) -> Sequence[Team]:
    """List the teams that whoever asks belongs to, by name.

    Raises:
        Forbidden: When it is no person.
    """
    return tx.teams.of_user(require_person(act).id)


def seen(tx: Transaction, act: Act) -> Sequence[Team]:
    """List the teams whose prompts whoever asks sees, by name: a person's own, those in the scope of a key."""
    return sorted(visible_teams(tx, act), key=_place)
