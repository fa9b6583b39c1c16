"""Rolling back: an earlier version live again, or a label where it was; `services/moves.py` decides and writes."""

from __future__ import annotations

from datetime import datetime

from promptwire.domain.errors import NotFound
from promptwire.domain.label_limits import check_reads, readable
from promptwire.domain.labels import LabelRequest
from promptwire.domain.plans import Plan, demotion, promotion, relabelling, rollback, unlabelling
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import LIVE, Reference, Status, Version, by_label
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_text
from promptwire.services.history import check_past, last_move
from promptwire.services.moves import AskedTerms, Moved, plain


def to_version(
    tx: Transaction, act: Act, prompt_id: str, *, read: Input[Reference], terms: AskedTerms = plain
) -> Moved:
    """Let a stable version, by number or label, be live again; needs what `promote` needs.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, ProtectedLabelRefused, MovedMeanwhile, MovedSinceRead: As
            their names say.
        CannotRollBack: When the version is not stable.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    reference, asked = read(), terms()
    version = find_text(tx, act, prompt, reference)
    return moves.make(tx, act, rollback(prompt, version, moves.leads(tx, prompt)), asked)


def of_label(
    tx: Transaction,
    act: Act,
    prompt_id: str,
    label: str,
    *,
    read: Input[datetime | None],
    terms: AskedTerms = plain,
) -> Moved:
    """Put a label, or `live`, back to where it was before its last move, or at a time; needs what moving it needs.

    Without a time a second call takes the first one back.

    Raises:
        NotFound: When there is no such prompt, the label was never there, or the version it was on is gone.
        Forbidden, InvalidInput, InvalidBody, ProtectedLabelRefused, MovedMeanwhile, MovedSinceRead: As their names say.
        CannotRollBack: When `live` was on a version that is not stable any more.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    check_reads(readable(act.subject), by_label(label), ())  # it will be shown
    at, asked = read(), terms()
    return moves.make(tx, act, _plan(tx, prompt, label, _earlier(tx, act, prompt, label, at=at)), asked)


def _earlier(tx: Transaction, act: Act, prompt: Prompt, label: str, *, at: datetime | None) -> Version | None:
    """Give the version that a label was on; None where it was on none.

    Raises:
        NotFound: When the label was never there, or the version is gone.
    """
    if at is not None:
        check_past(at, act.now)
    event = last_move(tx, prompt.id, label, at)
    if event is None and (at is None or last_move(tx, prompt.id, label, None) is None):
        raise NotFound("live version" if label == LIVE else "label")
    holder = None if event is None else event.after if at else event.before
    if holder is None:
        return None
    version = tx.versions.get(holder.version_id)
    if version is None:
        raise NotFound("version")
    return version


def _plan(tx: Transaction, prompt: Prompt, label: str, version: Version | None) -> Plan:
    leads = moves.leads(tx, prompt)
    if label != LIVE:
        if version is None:
            return unlabelling(prompt, label, tx.versions.by_label(prompt.id, label))
        return relabelling(prompt, version, LabelRequest(add=(label,)), leads)
    if version is not None and version == leads.live:
        return promotion(prompt, version, Status.LIVE, leads)
    if version is not None:
        return rollback(prompt, version, leads)
    if leads.live is None:
        raise NotFound("live version")
    return demotion(prompt, leads.live, leads)
