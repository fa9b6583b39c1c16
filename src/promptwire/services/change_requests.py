"""Change requests: see them, approve, decline, withdraw and discuss them; the last approval carries them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.change_requests import (
    MAX_REMARKS,
    ChangeRequest,
    Remark,
    RemarkKind,
    RequestStatus,
    check_remark,
)
from promptwire.domain.errors import Forbidden, InvalidInput, NotFound, RequestClosed
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import Consent, ProtectedLabel
from promptwire.domain.roles import OrgRole
from promptwire.domain.subjects import UserSubject
from promptwire.ports.storage import Transaction
from promptwire.services.access import team_role
from promptwire.services.administration import require_person
from promptwire.services.applying import carry_out, close
from promptwire.services.asking import request_object
from promptwire.services.calls import Act, Input, new_id, record
from promptwire.services.entries import scope_of
from promptwire.services.membership import require_policy
from promptwire.services.votes import Shown, protected_by, role_over, show


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which change requests to list; what is not given does not limit."""

    status: RequestStatus | None = None
    cut: Cut[Moment] | None = None


def of_team(tx: Transaction, act: Act, team_id: str, read: Input[Filter]) -> Page[Shown, Moment]:
    """List a team's change requests, newest first, to those who see them; a page may hold fewer than asked for.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    team = require_policy(tx, act, team_id)
    wanted = read()
    found = tx.change_requests.of_team(team.id, wanted.status, act.now, wanted.cut)
    page = Page.of(found, wanted.cut, moment_of)
    shown = [show(tx, act, one, prompt) for one in page.items if (prompt := _visible(tx, act, one))]
    return Page(items=shown, cut=page.cut, next_after=page.next_after)


def get(tx: Transaction, act: Act, request_id: str) -> Shown:
    """Give a change request; for members of the team, administrators of its organization, and who may approve it.

    Raises:
        NotFound: For everybody else.
    """
    request = tx.change_requests.get(request_id)
    prompt = _visible(tx, act, request) if request else None
    if request is None or prompt is None:
        raise NotFound("change request")
    return show(tx, act, request, prompt)


def approve(tx: Transaction, act: Act, request_id: str, read: Input[str | None]) -> Shown:
    """Approve a change request; the last approval that it needs carries it out, or closes it as failed.

    Policy, the rights of whoever asked and of everybody who approved, and what it was pinned to are checked as they
    are now. An approval that was given already is not given again.

    Raises:
        NotFound, InvalidInput, InvalidBody, RequestClosed: As their names say.
        Forbidden: For who may not approve it, or asked for it.
        ProtectedLabelRefused: When it would have its approvals, and a label is frozen still.
    """
    request, prompt = _hold(tx, act, request_id)
    person = require_person(act)
    protected, role = protected_by(tx, request, prompt), role_over(tx, act, prompt)
    _check_may_approve(request, protected, user_id=person.id, role=role)
    text = check_remark(read())
    if person.id not in request.approvers:
        request = _remark(tx, act, request, RemarkKind.APPROVAL, text=text)
    return show(tx, act, carry_out(tx, act, request, prompt), prompt)


def decline(tx: Transaction, act: Act, request_id: str, read: Input[str | None]) -> Shown:
    """Decline a change request, which closes it; for who may approve it.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, RequestClosed: As their names say.
    """
    request, prompt = _hold(tx, act, request_id)
    person = require_person(act)
    _check_is_approver(protected_by(tx, request, prompt), person.id, role_over(tx, act, prompt))
    request = _remark(tx, act, request, RemarkKind.DECLINE, text=check_remark(read()))
    declined = replace(request, status=RequestStatus.DECLINED)
    return show(tx, act, close(tx, act, request, prompt, to=declined), prompt)


def withdraw(tx: Transaction, act: Act, request_id: str, read: Input[str | None]) -> Shown:
    """Take a change request back, which closes it; for whoever asked for it, or answers for the key that did.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, RequestClosed: As their names say.
    """
    request, prompt = _hold(tx, act, request_id)
    if act.subject.log_name != request.requested_by and (act.user_id is None or act.user_id != request.person_id):
        raise Forbidden(needs="whoever asked for it")
    request = _remark(tx, act, request, RemarkKind.WITHDRAWAL, text=check_remark(read()))
    withdrawn = replace(request, status=RequestStatus.WITHDRAWN)
    return show(tx, act, close(tx, act, request, prompt, to=withdrawn), prompt)


def comment(tx: Transaction, act: Act, request_id: str, read: Input[str | None]) -> Shown:
    """Say something about a change request, closed or not; for every person who sees it.

    Raises:
        NotFound, InvalidInput, InvalidBody: As their names say.
    """
    request, prompt = _hold(tx, act, request_id, closed=True)
    require_person(act)
    text = check_remark(read(), required=True)
    return show(tx, act, _remark(tx, act, request, RemarkKind.COMMENT, text=text), prompt)


def _visible(tx: Transaction, act: Act, request: ChangeRequest) -> Prompt | None:
    """Give the prompt of a change request that the subject may see."""
    prompt = tx.prompts.get(request.prompt_id)
    team = tx.teams.get(prompt.team_id) if prompt else None
    if prompt is None or team is None:
        return None
    if team_role(tx, act, team):
        return prompt
    role = role_over(tx, act, prompt) if isinstance(act.subject, UserSubject) else None
    if role is None:
        return None
    approves = act.user_id and any(one.is_approver(act.user_id, role) for one in protected_by(tx, request, prompt))
    return prompt if approves or role.at_least(OrgRole.ADMIN) else None


def _hold(tx: Transaction, act: Act, request_id: str, *, closed: bool = False) -> tuple[ChangeRequest, Prompt]:
    """Give a change request that the subject sees, and hold off everybody else who writes it or its prompt."""
    seen = get(tx, act, request_id)
    prompt = tx.prompts.lock(seen.prompt.id)
    request = tx.change_requests.get(request_id) if prompt else None
    if prompt is None or request is None:
        raise NotFound("change request")
    status = request.status_at(act.now)
    if status is not RequestStatus.OPEN and not closed:
        raise RequestClosed(status.value)
    return request, prompt


def _check_is_approver(protected: Sequence[ProtectedLabel], user_id: str, role: OrgRole | None) -> None:
    if not any(one.is_approver(user_id, role) for one in protected):
        named = ", ".join(repr(one.label) for one in protected) or "it"
        raise Forbidden(needs=f"an approver of {named}", has=role.value if role else None)


def _check_may_approve(
    request: ChangeRequest, protected: Sequence[ProtectedLabel], *, user_id: str, role: OrgRole | None
) -> None:
    _check_is_approver(protected, user_id, role)
    if not any(Consent(person_id=request.person_id, approvers=[(user_id, role)]).counted(one) for one in protected):
        raise Forbidden(needs="an approver who did not ask for it")


def _remark(tx: Transaction, act: Act, request: ChangeRequest, kind: RemarkKind, *, text: str | None) -> ChangeRequest:
    if kind is RemarkKind.COMMENT and len(request.remarks) >= MAX_REMARKS:
        raise InvalidInput(f"a change request has at most {MAX_REMARKS} remarks")
    remark = Remark(id=new_id(), kind=kind, author=act.subject.log_name, text=text, created_at=act.now)
    tx.change_requests.add_remark(request, remark)
    prompt = tx.prompts.get(request.prompt_id)
    action = {
        RemarkKind.COMMENT: "change_request.commented",
        RemarkKind.APPROVAL: "change_request.approved",
    }.get(kind)
    if action and prompt:
        record(tx, act, scope_of(tx, prompt), action, of=request_object(request))
    return replace(request, remarks=(*request.remarks, remark))
