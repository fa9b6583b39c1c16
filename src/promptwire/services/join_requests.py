"""Join requests: ask to join a team, and answer those who ask."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.changes import Facts
from promptwire.domain.errors import Forbidden, InvalidInput, NotFound
from promptwire.domain.join_requests import JoinRequest, JoinStatus, PendingRequest
from promptwire.domain.organizations import Team
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.roles import TeamRole
from promptwire.ports.storage import Transaction
from promptwire.services import teams
from promptwire.services.administration import (
    hold_team,
    is_instance_admin,
    require_person,
    role_over_team,
    sees_team,
)
from promptwire.services.calls import Act, Input, Object, new_id, record


def create(tx: Transaction, act: Act, team_id: str) -> JoinRequest:
    """Ask to join a team, whichever it is: who knows its id may ask.

    Raises:
        Forbidden: When it is no person who asks.
        NotFound: When there is no such team.
        InvalidInput: When the person belongs to it already.
        AlreadyExists: When an earlier request of the person is pending.
    """
    user = require_person(act)
    team = hold_team(tx, team_id)
    if team is None:
        raise NotFound("team")
    if tx.teams.role(team.id, user.id):
        raise InvalidInput("already a member of this team")
    request = JoinRequest(
        id=new_id(),
        team_id=team.id,
        user_id=user.id,
        status=JoinStatus.PENDING,
        created_at=act.now,
        updated_at=act.now,
    )
    tx.join_requests.insert(request)
    record(tx, act, team.scope, "join_request.created", of=_object(request), after=_facts(request))
    return request


def resolve(tx: Transaction, act: Act, request_id: str, read: Input[JoinStatus]) -> JoinRequest:
    """Approve a join request, which makes the person an editor of the team, or reject it; needs the team's admin.

    Raises:
        NotFound: Where the subject sees neither team nor request.
        Forbidden, InvalidBody: As their names say.
        InvalidInput: When the request has been resolved already.
    """
    asked = tx.join_requests.get(request_id)
    team = hold_team(tx, asked.team_id) if asked else None
    request = tx.join_requests.get(request_id)  # again: from here on nobody else resolves it
    if team is None or request is None or not _sees(tx, act, team, request):
        raise NotFound("join request")
    role = role_over_team(tx, act, team)
    if role is not TeamRole.ADMIN:
        raise Forbidden(needs=f"team role {TeamRole.ADMIN.value}", has=role.value if role else None)
    status = read()
    if request.status is not JoinStatus.PENDING:
        raise InvalidInput("join request has already been resolved", "status")
    if status is JoinStatus.APPROVED:
        teams.join(tx, act, team, request.user_id)
    return settle(tx, act, team, request, status=status)


def settle(
    tx: Transaction, act: Act, team: Team, request: JoinRequest, *, status: JoinStatus = JoinStatus.APPROVED
) -> JoinRequest:
    """Write down what became of a pending request for a team that is held."""
    settled = replace(request, status=status, updated_at=act.now)
    tx.join_requests.update(settled)
    action = "join_request.approved" if status is JoinStatus.APPROVED else "join_request.rejected"
    record(tx, act, team.scope, action, of=_object(request), before=_facts(request), after=_facts(settled))
    return settled


def inbox(tx: Transaction, act: Act, read: Input[Cut[Moment] | None]) -> Page[PendingRequest, Moment]:
    """List the pending requests that the person who asks may resolve, newest first.

    Raises:
        Forbidden: When it is no person.
        InvalidInput: As its name says.
    """
    user = require_person(act)
    cut = read()
    requests = tx.join_requests
    found = requests.pending(cut) if is_instance_admin(act) else requests.pending_for(user.id, cut)
    return Page.of(found, cut, lambda one: moment_of(one.request))


def _sees(tx: Transaction, act: Act, team: Team, request: JoinRequest) -> bool:
    return request.user_id == act.user_id or sees_team(tx, act, team)


def _facts(request: JoinRequest) -> Facts:
    return {"team_id": request.team_id, "user_id": request.user_id, "status": request.status.value}


def _object(request: JoinRequest) -> Object:
    return Object("join_request", request.id)
