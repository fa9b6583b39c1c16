"""Votes: how far the approvals of a change request go, as the policies and everybody's rights are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptwire.domain.change_requests import ChangeRequest, RequestStatus
from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import Consent, ProtectedLabel
from promptwire.domain.roles import OrgRole
from promptwire.domain.subjects import KeySubject, UserSubject
from promptwire.domain.texts import fold
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role
from promptwire.services.calls import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How far the approvals of a change request go for one protected label."""

    label: str
    needed: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A change request as it stands now."""

    request: ChangeRequest
    prompt: Prompt
    status: RequestStatus
    votes: tuple[Vote, ...]
    """Empty once it is not open any more."""


def show(tx: Transaction, act: Act, request: ChangeRequest, prompt: Prompt) -> Shown:
    """Give a change request as it stands now."""
    status = request.status_at(act.now)
    is_open = status is RequestStatus.OPEN
    counted = votes(tx, act, request, prompt) if is_open else ()
    return Shown(request=request, prompt=prompt, status=status, votes=counted)


def role_over(tx: Transaction, act: Act, prompt: Prompt) -> OrgRole | None:
    """Give the subject's role in the organization of a prompt."""
    team = tx.teams.get(prompt.team_id)
    return org_role(tx, act, team.org_id) if team and team.org_id else None


def protected_by(tx: Transaction, request: ChangeRequest, prompt: Prompt) -> Sequence[ProtectedLabel]:
    """List the protected labels that a change request would move."""
    named = {fold(label) for label in request.names}
    return [one for one in tx.protected_labels.of_team(prompt.team_id) if one.key in named]


def votes(tx: Transaction, act: Act, request: ChangeRequest, prompt: Prompt) -> tuple[Vote, ...]:
    """Count the approvals that a change request has, as the policies and everybody's roles are now."""
    asker = asker_of(tx, act, request)
    role = role_over(tx, asker, prompt) if asker else None
    consent = consent_to(tx, act, request, prompt)
    return tuple(
        Vote(label=one.label, needed=one.approvals_needed(role), given=consent.counted(one))
        for one in protected_by(tx, request, prompt)
    )


def asker_of(tx: Transaction, act: Act, request: ChangeRequest) -> Act | None:
    """Give who asked for it, as a subject with the rights of now."""
    kind, subject_id = request.requested_by
    if kind == "api_key":
        key = tx.keys.get(subject_id)
        return Act(KeySubject(key), act.call) if key and not key.has_expired(act.now) else None
    user = tx.users.get(subject_id)
    return Act(UserSubject(user), act.call) if user and user.is_verified else None


def consent_to(tx: Transaction, act: Act, request: ChangeRequest, prompt: Prompt) -> Consent:
    """Give the approvals of a change request, each with the role of who gave it now."""
    approvers = (tx.users.get(user_id) for user_id in request.approvers)
    acts = (Act(UserSubject(user), act.call) for user in approvers if user)
    return Consent(
        person_id=request.person_id,
        approvers=[(one.subject.log_name[1], role_over(tx, one, prompt)) for one in acts],
    )
