"""The one place that decides on every move of a label and of the live status, and writes it (DESIGN section 7).

Whatever a call wants to do to labels and statuses, or to what they serve, it plans (`domain/plans.py`) and hands to
`make`. Nothing else writes labels and statuses; `tests/services/test_one_writer.py` holds that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from promptwire.domain.changes import Facts
from promptwire.domain.errors import InvalidInput, MovedMeanwhile, MovedSinceRead
from promptwire.domain.label_limits import check_moves_within, movable
from promptwire.domain.labels import Placement
from promptwire.domain.moves import PLAIN, Move, Terms
from promptwire.domain.plans import Leads, Plan, StatusChange
from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import check_moves
from promptwire.domain.versions import LIVE, Status, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role
from promptwire.services.calls import Act, Input, Object, record
from promptwire.services.entries import scope_of, version_facts, version_object

AskedTerms: TypeAlias = Input[Terms]
"""The terms of a call, read when they are asked for."""


def plain() -> Terms:
    """Give the terms of a call that names none."""
    return PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What came of a plan."""

    plan: Plan
    numbers: Mapping[str, int]
    """The number of every version that something moved from or to."""
    version: Version | None
    """The version that the plan is about, as it is now."""

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


def make(tx: Transaction, act: Act, plan: Plan, terms: Terms = PLAIN) -> Moved:
    """Decide on a plan for a prompt that is locked already, and carry it out: all of it, or nothing.

    Raises:
        Forbidden: For a key that is limited to moving other labels.
        ProtectedLabelRefused: Naming every label that the subject may not move so.
        MovedMeanwhile, MovedSinceRead: When the label does not lead where the terms expect it to.
        InvalidInput: When the terms do not fit the plan.
        DomainError: What the plan says is wrong with the call.
    """
    make_all(tx, act, (plan,), terms)
    numbers = _numbers(tx, plan.moves)
    version = tx.versions.get(plan.version.id) if plan.version and not plan.deletes else None
    return Moved(plan=plan, numbers=numbers, version=version)


def make_all(tx: Transaction, act: Act, plans: Sequence[Plan], terms: Terms = PLAIN) -> None:
    """Do what `make` does, for several prompts at once.

    Raises:
        ProtectedLabelRefused, MovedMeanwhile, InvalidInput, DomainError: As for `make`.
    """
    _decide(tx, act, plans)
    for plan in plans:
        if plan.fault:
            raise plan.fault
        _check_expected(tx, plan, terms)
    for plan in plans:
        _write(tx, act.because(terms.reason), plan)


def _decide(tx: Transaction, act: Act, plans: Sequence[Plan]) -> None:
    """Ask the limits of a key, then the registry of each team concerned; in one of no organization all may move."""
    check_moves_within(movable(act.subject), (move.label for plan in plans for move in plan.moves))
    for team_id, moves in _by_team(plans):
        tx.teams.lock(team_id)
        registry = tx.protected_labels.of_team(team_id)
        team = tx.teams.get(team_id)
        if registry and team and team.org_id:
            check_moves([move.label for move in moves], registry, org_role(tx, act, team.org_id))


def _by_team(plans: Iterable[Plan]) -> Iterator[tuple[str, list[Move]]]:
    moves: dict[str, list[Move]] = {}
    for plan in plans:
        for team_id in (plan.prompt.team_id, *plan.other_teams):
            moves.setdefault(team_id, []).extend(plan.moves)
    return ((team_id, named) for team_id, named in moves.items() if named)


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


def _write(tx: Transaction, act: Act, plan: Plan) -> None:
    for change in plan.statuses:
        _write_status(tx, act, plan.prompt, change)
    numbers = _numbers(tx, plan.moves)
    for move in plan.moves:
        if move.changes and move.label != LIVE:
            _write_label(tx, act, plan.prompt, move)
            _record_label(tx, act, plan.prompt, move, numbers=numbers)
    if plan.deletes and plan.version:
        tx.versions.delete(plan.version.id)
        of, before = version_object(plan.version), version_facts(plan.version)
        record(tx, act, scope_of(tx, plan.prompt), "version.deleted", of=of, before=before)


def _write_status(tx: Transaction, act: Act, prompt: Prompt, change: StatusChange) -> None:
    before, after = change.version, change.at(act.now)
    tx.versions.set_status(after)
    of = version_object(before, LIVE if Status.LIVE in {before.status, after.status} else None)
    facts = version_facts(before), version_facts(after)
    record(tx, act, scope_of(tx, prompt), change.action, of=of, before=facts[0], after=facts[1])


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


def _record_label(tx: Transaction, act: Act, prompt: Prompt, move: Move, *, numbers: Mapping[str, int]) -> None:
    action = "label.removed"
    if move.to_version_id is not None:
        action = "label.moved" if move.from_version_id else "label.set"
    record(
        tx,
        act,
        scope_of(tx, prompt),
        action,
        of=Object("label", move.label, prompt_id=prompt.id, label=move.label),
        before=_holder(move.from_version_id, numbers),
        after=_holder(move.to_version_id, numbers),
    )


def _holder(version_id: str | None, numbers: Mapping[str, int]) -> Facts:
    return {"version_id": version_id, "version_number": numbers[version_id]} if version_id else {}


def _numbers(tx: Transaction, moves: Sequence[Move]) -> dict[str, int]:
    changed = [move for move in moves if move.changes]
    ids = {one for move in changed for one in (move.from_version_id, move.to_version_id) if one}
    versions = (tx.versions.get(version_id) for version_id in ids)
    return {version.id: version.number for version in versions if version}
