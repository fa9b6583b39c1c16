"""Opening a change request for a plan that lacks only the approval of others; `services/moves.py` does."""

from __future__ import annotations

from collections.abc import Mapping

from promptwire.domain.change_requests import ChangeRequest, PinnedMove, RequestStatus
from promptwire.domain.changes import Facts
from promptwire.domain.errors import TooManyOpenRequests
from promptwire.domain.plans import Plan, Wish
from promptwire.domain.subjects import KeySubject
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act, Object, new_id, record
from promptwire.services.entries import scope_of
from promptwire.services.verdicts import Verdict
from promptwire.services.votes import Shown, show

MAX_OPEN = 50
"""Open change requests of one prompt."""


def open_request(
    tx: Transaction, act: Act, plan: Plan, wish: Wish, *, verdict: Verdict, numbers: Mapping[str, int]
) -> Shown:
    """Add a change request, or give the one that asks for the same already.

    Raises:
        TooManyOpenRequests: When so many of the prompt are open already.
    """
    asked = _request(act, plan, wish, verdict=verdict, numbers=numbers)
    existing = tx.change_requests.open_of_prompt(plan.prompt.id, act.now)
    same = next((one for one in existing if one.is_like(asked)), None)
    if same:
        return show(tx, act, same, plan.prompt)
    if len(existing) >= MAX_OPEN:
        raise TooManyOpenRequests(MAX_OPEN)
    tx.change_requests.insert(asked)
    scope = scope_of(tx, plan.prompt)
    record(tx, act, scope, "change_request.opened", of=request_object(asked), after=request_facts(asked))
    return show(tx, act, asked, plan.prompt)


def _request(act: Act, plan: Plan, wish: Wish, *, verdict: Verdict, numbers: Mapping[str, int]) -> ChangeRequest:
    lifetime = min(one.protected.policy.request_lifetime for one in verdict.obstacles)
    pinned = (
        PinnedMove(
            move=move,
            from_number=numbers.get(move.from_version_id or ""),
            to_number=numbers.get(move.to_version_id or ""),
        )
        for move in plan.moves
    )
    return ChangeRequest(
        id=new_id(),
        prompt_id=plan.prompt.id,
        kind=wish.kind,
        version_id=wish.version.id,
        version_number=wish.version.number,
        content_hash=wish.version.content_hash,
        labels=wish.request,
        to=wish.to,
        moves=tuple(pinned),
        reason=act.call.reason,
        status=RequestStatus.OPEN,
        requested_by=act.subject.log_name,
        person_id=person_behind(act),
        created_at=act.now,
        expires_at=act.now + lifetime,
    )


def person_behind(act: Act) -> str | None:
    """Give the id of who asks, or answers for the key that does."""
    return act.subject.key.created_by if isinstance(act.subject, KeySubject) else act.user_id


def request_object(request: ChangeRequest) -> Object:
    """Give a change request as the change log names it."""
    label = request.names[0] if len(request.names) == 1 else None
    return Object("change_request", request.id, prompt_id=request.prompt_id, label=label)


def request_facts(request: ChangeRequest) -> Facts:
    """Give what the change log says of a change request."""
    return {
        "kind": request.kind.value,
        "status": request.status.value,
        "version_id": request.version_id,
        "version_number": request.version_number,
        "content_hash": request.content_hash,
    }
