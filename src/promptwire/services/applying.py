"""Carrying out a change request that has its approvals, with the policies, the rights and the state of now."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.change_requests import ChangeRequest, RequestStatus
from promptwire.domain.errors import DomainError, Forbidden, NotFound, ProtectedLabelRefused
from promptwire.domain.moves import Terms
from promptwire.domain.plans import Plan, Wish
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import Version
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt
from promptwire.services.asking import request_facts, request_object
from promptwire.services.calls import Act, record
from promptwire.services.entries import scope_of
from promptwire.services.membership import require_version
from promptwire.services.moves import Approved
from promptwire.services.votes import asker_of, consent_to, votes


def carry_out(tx: Transaction, act: Act, request: ChangeRequest, prompt: Prompt) -> ChangeRequest:
    """Carry a change request out if it has its approvals; if that cannot be done any more, close it and say why.

    Raises:
        ProtectedLabelRefused: When a label is frozen still.
    """
    if any(vote.given < vote.needed for vote in votes(tx, act, request, prompt)):
        return request
    try:
        failure = _apply(tx, act, request, prompt)
    except ProtectedLabelRefused as refused:
        if any(one.frozen for one in refused.obstacles):
            raise
        failure = str(refused)
    except DomainError as error:
        failure = str(error)
    if failure:
        return close(tx, act, request, prompt, to=replace(request, status=RequestStatus.FAILED, failure=failure))
    return close(tx, act, request, prompt, to=replace(request, status=RequestStatus.APPLIED))


def close(tx: Transaction, act: Act, request: ChangeRequest, prompt: Prompt, *, to: ChangeRequest) -> ChangeRequest:
    """Write what has become of a change request."""
    closed = replace(to, closed_at=act.now)
    tx.change_requests.close(closed)
    action = {
        RequestStatus.APPLIED: "change_request.applied",
        RequestStatus.DECLINED: "change_request.declined",
        RequestStatus.WITHDRAWN: "change_request.withdrawn",
    }.get(closed.status, "change_request.failed")
    after = {**request_facts(closed), **({"failure": closed.failure} if closed.failure else {})}
    of, scope = request_object(request), scope_of(tx, prompt)
    record(tx, act, scope, action, of=of, before=request_facts(request), after=after)
    return closed


def _apply(tx: Transaction, act: Act, request: ChangeRequest, prompt: Prompt) -> str | None:
    """Move what was asked for; gives why it cannot be done, if it is not what was approved any more."""
    asker = asker_of(tx, act, request)
    if asker is None:
        return "whoever asked for it is gone"
    _check_may_still_ask(tx, asker, prompt, request.version_id)
    version = tx.versions.get(request.version_id)
    if version is None:
        return f"version {request.version_number} is gone"
    if version.content_hash != request.content_hash:
        return f"the text of version {version.number} has changed since it was asked for"
    plan = _wish(request, version).plan(prompt, moves.leads(tx, prompt))
    if (stale := _stale(tx, request, plan)) is not None:
        return stale
    approved = Approved(asker=asker, consent=consent_to(tx, act, request, prompt), request_id=request.id)
    moves.make(tx, act, plan, Terms(reason=request.reason), approved=approved)
    return None


def _check_may_still_ask(tx: Transaction, asker: Act, prompt: Prompt, version_id: str) -> None:
    """Let who asked pass where they could still move something of the prompt, on one of the surfaces.

    Raises:
        NotAMember, Forbidden: As their names say.
    """
    try:
        require_prompt(tx, asker, prompt.id, TeamRole.EDITOR)
    except (NotFound, Forbidden):
        require_version(tx, asker, version_id)


def _wish(request: ChangeRequest, version: Version) -> Wish:
    return Wish(kind=request.kind, version=version, request=request.labels, to=request.to)


def _stale(tx: Transaction, request: ChangeRequest, plan: Plan) -> str | None:
    """Say what has moved since it was asked for."""
    pinned = {one.move.label: one for one in request.moves}
    if pinned.keys() != {move.label for move in plan.moves}:
        return "it would move other labels now than when it was asked for"
    for move in plan.moves:
        before = pinned[move.label]
        if move.from_version_id != before.move.from_version_id:
            now = tx.versions.get(move.from_version_id) if move.from_version_id else None
            return (
                f"{move.label!r} is on {_named(now.number if now else None)} now, not on {_named(before.from_number)}"
            )
        if move != before.move:
            return f"{move.label!r} would go elsewhere now than when it was asked for"
    return None


def _named(number: int | None) -> str:
    return "no version" if number is None else f"version {number}"
