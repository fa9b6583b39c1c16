"""Examining what labels would lead to: the checks that policies and the team ask for before a version is served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from promptwire.domain.checks import Check, Finding, stopping
from promptwire.domain.errors import ChecksFailed
from promptwire.domain.moves import Effect, Move
from promptwire.domain.plans import Plan
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE
from promptwire.ports.storage import Transaction
from promptwire.services import checks
from promptwire.services.calls import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What checks find about the version that a label would lead to."""

    label: str
    findings: tuple[Finding, ...]
    stopped_by: tuple[Finding, ...]
    """Those that stop the move, for they are asked for."""


def examine(tx: Transaction, act: Act, plan: Plan, *, everything: bool) -> tuple[Examined, ...]:
    """Check the version that each label of a plan would lead to: where it is asked for, or `everything`.

    The unit of work may end here, and run again when the checks are made (`services/checks.py`).
    """
    leading = [move for move in plan.moves if move.effect is Effect.LEADS and move.changes and move.to_version_id]
    return tuple(_examined(tx, act, plan, leading, everything=everything)) if leading else ()


def check_passed(examined: Iterable[Examined]) -> None:
    """Let a plan pass unless what a check found stops it.

    Raises:
        ChecksFailed: Naming everything that does.
    """
    failures = {one.label: one.stopped_by for one in examined if one.stopped_by}
    if failures:
        raise ChecksFailed(failures)


def _examined(
    tx: Transaction, act: Act, plan: Plan, leading: Iterable[Move], *, everything: bool
) -> Iterator[Examined]:
    asked = _asked(tx, plan.prompt.team_id)
    for move in leading:
        required = asked.get(fold(move.label), frozenset())
        version = tx.versions.get(move.to_version_id or "")
        if version is None or not (required or everything):
            continue
        if act.call.look is None:
            if required:
                raise ValueError("a unit of work that may need checks runs by `checked_ahead`")
            continue
        replaces = tx.versions.get(move.from_version_id) if move.from_version_id else None
        found = checks.findings(tx, plan.prompt, version, look=act.call.look, replaces=replaces)
        yield Examined(label=move.label, findings=found, stopped_by=stopping(found, required))


def _asked(tx: Transaction, team_id: str) -> dict[str, frozenset[Check]]:
    """Give the checks asked for, by the folded label."""
    team = tx.teams.get(team_id)
    registry = tx.protected_labels.of_team(team_id) if team and team.org_id else ()
    asked = {one.key: frozenset(one.policy.checks) for one in registry}
    if team:
        asked[LIVE] = asked.get(LIVE, frozenset()) | frozenset(team.promotion_checks)
    return asked
