"""Teams: create them, and let people in."""

from __future__ import annotations

from collections.abc import Sequence

from promptwire.domain.changes import Scope
from promptwire.domain.organizations import Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.texts import check_name, normalize_slug
from promptwire.ports.storage import Transaction
from promptwire.services import organizations
from promptwire.services.administration import require_person
from promptwire.services.calls import Act, Object, new_id, record


def create(tx: Transaction, act: Act, org_id: str, name: str) -> Team:
    """Add a team without members to an organization.

    Raises:
        InvalidInput: When the name may not be stored.
        AlreadyExists: When the organization has a team with this name or slug.
    """
    team = Team(id=new_id(), org_id=org_id, name=check_name(name), slug=normalize_slug(name), created_at=act.now)
    tx.teams.insert(team)
    after = {"name": team.name, "slug": team.slug, "org_id": team.org_id}
    record(tx, act, Scope.of_team(team.id, team.org_id), "team.created", of=Object("team", team.id), after=after)
    return team


def join(tx: Transaction, act: Act, team: Team, user_id: str, *, role: TeamRole = TeamRole.EDITOR) -> TeamRole:
    """Make a person belong to a team, and thereby to its organization (DESIGN section 2b); gives the role.

    Who comes first becomes its admin; who belongs to it already stays what they are.
    """
    tx.teams.lock(team.id)
    now = tx.teams.role(team.id, user_id)
    if now:
        return now
    role = role if tx.teams.has_members(team.id) else TeamRole.ADMIN
    tx.teams.set_role(team.id, user_id, role, act.now)
    after = {"team_id": team.id, "user_id": user_id, "role": role.value}
    scope = Scope.of_team(team.id, team.org_id)
    record(tx, act, scope, "team_member.added", of=Object("team_member", user_id), after=after)
    if team.org_id:
        org_role = OrgRole.VIEWER if role is TeamRole.VIEWER else OrgRole.MEMBER
        organizations.join(tx, act, team.org_id, user_id, role=org_role)
    return role


def of_person(tx: Transaction, act: Act) -> Sequence[Team]:
    """List the teams that whoever asks belongs to, by name.

    Raises:
        Forbidden: When it is no person.
    """
    return tx.teams.of_user(require_person(act).id)
