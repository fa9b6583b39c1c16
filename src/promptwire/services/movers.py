"""Who could move a label, now by the tables, or at a past time by the change log alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from promptwire.domain.changes import INSTANCE, Scope
from promptwire.domain.errors import NotFound
from promptwire.domain.history import Holder
from promptwire.domain.organizations import Team
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.replays import Account, Replay, Told
from promptwire.domain.roles import TeamRole, counted_role
from promptwire.domain.rosters import Mover, Roster, movers
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_prompt
from promptwire.services.administration import require_auditor
from promptwire.services.calls import Act, Input
from promptwire.services.history import check_past, led


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which label is asked about, and when; None is now."""

    label: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who could move a label of a team's prompts."""

    team_id: str
    team_name: str | None
    """What the team is called; None where it is gone by now."""
    protection: ProtectedLabel | None
    holder: Holder | None
    """The version that the label was on, where it was asked for one prompt."""
    movers: Sequence[Mover]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question."""

    question: Question
    at: datetime
    teams: Sequence[Access]
    names: Mapping[tuple[str, str], str | None]
    """What each mover, by kind and id, is called now; None for who is gone."""


def of_prompt(tx: Transaction, act: Act, prompt_id: str, read: Input[Question]) -> Answer:
    """List who could move a label of a prompt, in the team that it belonged to then; needs a viewer.

    Raises:
        NotFound: Where the subject sees no such prompt, or there was none yet.
        InvalidInput: As its name says.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    question = read()
    at = check_past(question.at, act.now)
    team_id = prompt.team_id if question.at is None else _team_then(tx, prompt.id, at)
    holder = led(tx, prompt.id, question.label, at).holder
    rosters = _now(tx, [team_id], at) if question.at is None else _then(tx, [team_id], at)
    return _answer(tx, question, at, [_access(tx, one, question.label, holder) for one in rosters])


def of_org(tx: Transaction, act: Act, org_id: str, read: Input[Question]) -> Answer:
    """List who could move a label in each team of an organization, by the team's name; needs who may read its log.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    require_auditor(tx, act, org_id)
    question = read()
    at = check_past(question.at, act.now)
    if question.at is None:
        rosters = _now(tx, [team.id for team in tx.teams.of_org(org_id)], at)
    else:
        rosters = _then(tx, _teams_then(tx, org_id, at), at)
    found = [_access(tx, one, question.label, None) for one in rosters]
    return _answer(tx, question, at, sorted(found, key=lambda one: (one.team_name or "", one.team_id)))


def _access(tx: Transaction, roster: Roster, label: str, holder: Holder | None) -> Access:
    team = tx.teams.get(roster.team_id)
    return Access(
        team_id=roster.team_id,
        team_name=team.name if team else None,
        protection=roster.protection_of(label),
        holder=holder,
        movers=movers(roster, label, holder),
    )


def _answer(tx: Transaction, question: Question, at: datetime, teams: Sequence[Access]) -> Answer:
    subjects = {(mover.kind, mover.id) for team in teams for mover in team.movers}
    return Answer(question=question, at=at, teams=teams, names={subject: _name(tx, *subject) for subject in subjects})


def _name(tx: Transaction, kind: str, subject_id: str) -> str | None:
    if kind == "api_key":
        return tx.keys.name(subject_id)
    user = tx.users.get(subject_id)
    return user.email if user else None


def _now(tx: Transaction, team_ids: Iterable[str], at: datetime) -> list[Roster]:
    teams = [team for team_id in team_ids if (team := tx.teams.get(team_id))]
    return [roster_now(tx, team, at) for team in teams]


def roster_now(tx: Transaction, team: Team, at: datetime) -> Roster:
    """Give a team as the tables have it."""
    of_team = tx.teams.members(team.id)
    of_org = tx.organizations.members(team.org_id) if team.org_id else []
    return Roster(
        at=at,
        team_id=team.id,
        org_id=team.org_id,
        team_roles={one.user.id: one.role for one in of_team},
        org_roles={one.user.id: counted_role(one.role, is_admin=one.user.is_admin) for one in of_org},
        keys=tx.keys.of_org(team.org_id) if team.org_id else (),
        registry=tx.protected_labels.of_team(team.id),
        unverified=_unverified([one.user for one in of_team] + [one.user for one in of_org]),
    )


def _unverified(users: Iterable[User]) -> frozenset[str]:
    return frozenset(user.id for user in users if not user.is_verified)


def _team_then(tx: Transaction, prompt_id: str, at: datetime) -> str:
    change = tx.history.last_of("prompt", prompt_id, at)
    team_id = change.after.get("team_id") if change else None
    if team_id is None:
        raise NotFound("prompt")
    return str(team_id)


def _teams_then(tx: Transaction, org_id: str, at: datetime) -> list[str]:
    replay = Replay()
    replay.take(tx.history.told_in((str(Scope("org", org_id)),), at, ("team",)))
    return [team_id for team_id, facts in replay.teams.items() if facts["org_id"] == org_id]


def _then(tx: Transaction, team_ids: Sequence[str], at: datetime) -> list[Roster]:
    """Replay the log of every scope that the teams had been in by then: what was told of a team stays where it was."""
    scopes = {one.scope for one in tx.history.told_of("team", team_ids, at)}
    replay = Replay()
    replay.take(tx.history.told_in(scopes, at))
    accounts = _accounts(tx.history.told_of("user", replay.people, at))
    return [replay.roster(team_id, accounts, at) for team_id in team_ids if team_id in replay.teams]


def _accounts(told: Iterable[Told]) -> dict[str, Account]:
    accounts: dict[str, Account] = {}
    for one in told:
        facts: dict[str, Any] = one.facts
        if one.scope == str(INSTANCE) and "is_admin" in facts:
            accounts[one.id] = Account(is_admin=facts["is_admin"], is_verified=facts["is_verified"])
    return accounts
