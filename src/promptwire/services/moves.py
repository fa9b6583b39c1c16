"""The one place that decides on every move of a label and of the live status, and writes it (DESIGN section 7).

Whatever a call wants to do to labels and statuses, or to what they serve, it plans (`domain/plans.py`) and hands to
`make`. Nothing else writes labels and statuses; `tests/services/test_one_writer.py` holds that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import Placement
from promptwire.domain.move_errors import MovedMeanwhile, MovedSinceRead
from promptwire.domain.moves import PLAIN, Move, Terms
from promptwire.domain.plans import Leads, Plan, StatusChange
from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import Consent
from promptwire.domain.versions import LIVE, Status, Version
from promptwire.ports.storage import Transaction
from promptwire.services.asking import open_request
from promptwire.services.calls import Act, Input, Object, record
from promptwire.services.entries import scope_of, version_facts, version_object
from promptwire.services.examining import Examined, check_passed, examine
from promptwire.services.verdicts import Verdict, reach
from promptwire.services.votes import Shown

AskedTerms: TypeAlias = Input[Terms]
"""The terms of a call, read when they are asked for."""


def plain() -> Terms:
    """Give the terms of a call that names none."""
    return PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The approvals under which a change request is carried out."""

    asker: Act
    """Who asked for it, with the rights of now."""
    consent: Consent
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What came of a plan."""

    plan: Plan
    numbers: Mapping[str, int]
    """The number of every version that something moved from or to."""
    version: Version | None = None
    """The version that the plan is about, as it is now."""
    foreseen: Verdict | None = None
    """What stands in the way, where it was a dry run."""
    examined: tuple[Examined, ...] = ()
    """What checks find, where it was a dry run."""
    request: Shown | None = None
    """The change request that was opened instead."""

    @property
    def changes(self) -> tuple[Move, ...]:
        """Give the moves after which something leads elsewhere."""
        return tuple(move for move in self.plan.moves if move.changes)

    @property
    def now(self) -> Version:
        """Give the version that the plan is about, where it is sure to be there still."""
        if self.version is None:
            raise ValueError("the plan was not about a version, or removed it")
        return self.version


def leads(tx: Transaction, prompt: Prompt) -> Leads:
    """Give where everything in a prompt leads now."""
    return Leads(labels=tx.labels.holders(prompt.id), live=tx.versions.live(prompt.id))


def make(tx: Transaction, act: Act, plan: Plan, terms: Terms = PLAIN, *, approved: Approved | None = None) -> Moved:
    """Decide on a plan for a prompt that is locked already, and carry it out: all of it, or nothing.

    In a dry run it only says what would come of it; where nothing but the approval of others is missing, and the
    terms ask for that, it opens a change request instead.

    Raises:
        Forbidden: For a key that is limited to moving other labels.
        ProtectedLabelRefused: Naming every label that may not be moved so, and what is missing.
        MovedMeanwhile, MovedSinceRead: When the label does not lead where the terms expect it to.
        InvalidInput: When the terms do not fit the plan.
        ChecksFailed: When a label would lead to what has not passed the checks asked for.
        TooManyOpenRequests: When no more change requests of the prompt may be opened.
        DomainError: What the plan says is wrong with the call.
    """
    asker, consent = (approved.asker, approved.consent) if approved else (act, None)
    verdict = reach(tx, asker, (plan,), consent)
    by_request = terms.request_approval and plan.wish is not None and verdict.is_approvable
    if not (terms.dry_run or by_request):
        verdict.check()
    _check_terms(tx, plan, terms)
    reasoned = act.because(terms.reason)
    numbers = _numbers(tx, plan)
    examined = examine(tx, act, plan, everything=terms.dry_run)
    if terms.dry_run:
        return Moved(plan=plan, numbers=numbers, foreseen=verdict, examined=examined)
    check_passed(examined)
    if by_request and plan.wish:
        request = open_request(tx, reasoned, plan, plan.wish, verdict=verdict, numbers=numbers)
        return Moved(plan=plan, numbers=numbers, request=request)
    _write(tx, reasoned, plan, numbers=numbers, request_id=approved.request_id if approved else None)
    version = tx.versions.get(plan.version.id) if plan.version and not plan.deletes else None
    return Moved(plan=plan, numbers=numbers, version=version)


def make_all(tx: Transaction, act: Act, plans: Sequence[Plan]) -> None:
    """Decide on plans for several prompts at once, and carry them out.

    Raises:
        Forbidden, ProtectedLabelRefused, DomainError: As for `make`.
    """
    reach(tx, act, plans).check()
    for plan in plans:
        _check_terms(tx, plan, PLAIN)
    for plan in plans:
        _write(tx, act, plan, numbers=_numbers(tx, plan))


def _check_terms(tx: Transaction, plan: Plan, terms: Terms) -> None:
    """Let a plan pass that has no fault, and fits what is expected."""
    if plan.fault:
        raise plan.fault
    if terms.dry_run and plan.wish is None and plan.moves:
        raise InvalidInput("dry_run is for moves of a version's labels and status", "dry_run")
    _check_expected(tx, plan, terms)


def _check_expected(tx: Transaction, plan: Plan, terms: Terms) -> None:
    """Let a move pass only from where it is expected to lead."""
    if terms.expected_version is None and terms.expected_ids is None:
        return
    if len(plan.moves) != 1:
        field = "If-Match" if terms.expected_version is None else "expected_version"
        raise InvalidInput(f"{field} is for a call that moves one label", field)
    (move,) = plan.moves
    version = tx.versions.get(move.from_version_id) if move.from_version_id else None
    actual = version.number if version else 0
    if terms.expected_ids is not None and move.from_version_id not in terms.expected_ids:
        raise MovedSinceRead(label=move.label, actual=actual)
    if terms.expected_version is not None and actual != terms.expected_version:
        raise MovedMeanwhile(label=move.label, expected=terms.expected_version, actual=actual)


def _write(tx: Transaction, act: Act, plan: Plan, *, numbers: Mapping[str, int], request_id: str | None = None) -> None:
    scope = scope_of(tx, plan.prompt)
    by: Facts = {"change_request_id": request_id} if request_id else {}
    for change in plan.statuses:
        _write_status(tx, act, scope, change, by=by)
    for move in plan.moves:
        if move.changes and move.label != LIVE:
            _write_label(tx, act, plan.prompt, move)
            before, after = _holder(move.from_version_id, numbers), _holder(move.to_version_id, numbers)
            record(tx, act, scope, _action(move), of=_label(plan.prompt, move), before=before, after={**after, **by})
    if plan.deletes and plan.version:
        tx.versions.delete(plan.version.id)
        of, before = version_object(plan.version), version_facts(plan.version)
        record(tx, act, scope, "version.deleted", of=of, before=before, after=by)


def _write_status(tx: Transaction, act: Act, scope: Scope, change: StatusChange, *, by: Facts) -> None:
    before, after = change.version, change.at(act.now)
    tx.versions.set_status(after)
    of = version_object(before, LIVE if Status.LIVE in {before.status, after.status} else None)
    facts = {**version_facts(after), **by}
    record(tx, act, scope, change.action, of=of, before=version_facts(before), after=facts)


def _write_label(tx: Transaction, act: Act, prompt: Prompt, move: Move) -> None:
    if move.to_version_id is None:
        tx.labels.remove(prompt.id, move.label)
        return
    tx.labels.put(
        Placement(
            prompt_id=prompt.id,
            label=move.label,
            version_id=move.to_version_id,
            set_by=act.subject.log_name,
            set_at=act.now,
        )
    )


def _action(move: Move) -> str:
    if move.to_version_id is None:
        return "label.removed"
    return "label.moved" if move.from_version_id else "label.set"


def _label(prompt: Prompt, move: Move) -> Object:
    return Object("label", move.label, prompt_id=prompt.id, label=move.label)


def _holder(version_id: str | None, numbers: Mapping[str, int]) -> Facts:
    return {"version_id": version_id, "version_number": numbers[version_id]} if version_id else {}


def _numbers(tx: Transaction, plan: Plan) -> dict[str, int]:
    """Give the number of every version that something leads from or to."""
    ids = {one for move in plan.moves for one in (move.from_version_id, move.to_version_id) if one}
    versions = (tx.versions.get(version_id) for version_id in ids)
    return {version.id: version.number for version in versions if version}
