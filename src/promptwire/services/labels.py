"""Labels: put one on a version, take it away, list them; `services/moves.py` decides and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptwire.domain.label_limits import readable
from promptwire.domain.labels import LabelRequest
from promptwire.domain.plans import relabelling, unlabelling
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import Reference
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_version
from promptwire.services.membership import require_version
from promptwire.services.moves import AskedTerms, Moved, plain


def set_one(
    tx: Transaction,
    act: Act,
    prompt_id: str,
    reference: Reference,
    *,
    read: Input[str],
    terms: AskedTerms = plain,
) -> Moved:
    """Put a label on a version, wherever it was before; needs an editor, and what the registry asks for.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, ProtectedLabelRefused, MovedMeanwhile: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    request, asked = LabelRequest(add=(read(),)), terms()
    version = find_version(tx, act, prompt, reference)
    return moves.make(tx, act, relabelling(prompt, version, request, moves.leads(tx, prompt)), asked)


def remove_one(tx: Transaction, act: Act, prompt_id: str, label: str, *, terms: AskedTerms = plain) -> Moved:
    """Take a label away from whichever version it is on; needs what `set_one` needs.

    Raises:
        NotFound, Forbidden, ProtectedLabelRefused, MovedMeanwhile: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    asked = terms()
    version = tx.versions.by_label(prompt.id, label)
    return moves.make(tx, act, unlabelling(prompt, label, version), asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a request has done to a version."""

    request: LabelRequest
    moved: Moved


def apply_to_version(
    tx: Transaction, act: Act, version_id: str, read: Input[LabelRequest], *, terms: AskedTerms = plain
) -> Outcome:
    """Carry out a request for a version, all of it or nothing, for a member of its organization.

    Source: contracts/evalguard-labels.md A19: what is wrong with the request comes before who may make it.

    Raises:
        InvalidInput, InvalidBody, NotFound, MissingOrganization, NotAMember, Forbidden, ProtectedLabelRefused: In
            this order.
    """
    request, asked = read(), terms()
    prompt, version = require_version(tx, act, version_id)
    plan = relabelling(prompt, version, request, moves.leads(tx, prompt))
    return Outcome(request=request, moved=moves.make(tx, act, plan, asked))


def of_prompt(tx: Transaction, act: Act, prompt_id: str) -> Sequence[tuple[str, int]]:
    """List a prompt's labels with the number of their version; needs a viewer.

    Raises:
        NotFound: Where the subject sees no such prompt.
    """
    numbers = tx.labels.numbers(require_prompt(tx, act, prompt_id, TeamRole.VIEWER).id)
    limit = readable(act.subject)
    return [(label, number) for label, number in numbers if limit.allows(label)]
