"""The life of a version: promote, demote, archive, delete; `services/moves.py` decides and writes."""

from __future__ import annotations

from promptwire.domain.plans import archival, deletion, demotion, promotion
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import Reference, Status, Version, check_has_text, promotion_target
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_version
from promptwire.services.moves import AskedTerms, Moved, plain


def promote(
    tx: Transaction,
    act: Act,
    prompt_id: str,
    reference: Reference,
    *,
    read: Input[Status | None],
    terms: AskedTerms = plain,
) -> Moved:
    """Bring a version a step further, or to the status asked for; what was live before becomes stable.

    Needs an editor, and what the registry asks for `live` where that is the target.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, WrongStatus, ProtectedLabelRefused: As their names say.
        VersionPurged, MovedMeanwhile: As their names say.
    """
    prompt, version = _find(tx, act, prompt_id, reference)
    check_has_text(version)
    target, asked = promotion_target(version.status, read()), terms()
    return moves.make(tx, act, promotion(prompt, version, target, moves.leads(tx, prompt)), asked)


def demote(tx: Transaction, act: Act, prompt_id: str, reference: Reference, *, terms: AskedTerms = plain) -> Moved:
    """Bring the live version back to stable; the prompt has no live version then. Needs what `promote` needs.

    Raises:
        NotFound, Forbidden, WrongStatus, ProtectedLabelRefused, MovedMeanwhile: As their names say.
    """
    prompt, version = _find(tx, act, prompt_id, reference)
    return moves.make(tx, act, demotion(prompt, version, moves.leads(tx, prompt)), terms())


def archive(tx: Transaction, act: Act, prompt_id: str, reference: Reference, *, terms: AskedTerms = plain) -> Moved:
    """Take a version out of use; its labels stay and still lead to it. Needs what its labels need.

    Raises:
        NotFound, Forbidden, WrongStatus, ProtectedLabelRefused, MovedMeanwhile: As their names say.
    """
    prompt, version = _find(tx, act, prompt_id, reference)
    return moves.make(tx, act, archival(prompt, version), terms())


def delete(tx: Transaction, act: Act, prompt_id: str, reference: Reference, *, terms: AskedTerms = plain) -> Moved:
    """Remove a draft for good, with its labels; archive any other version (contracts/px0.md 1.5).

    Raises:
        NotFound, Forbidden, ProtectedLabelRefused, MovedMeanwhile: As their names say.
    """
    prompt, version = _find(tx, act, prompt_id, reference)
    return moves.make(tx, act, deletion(prompt, version), terms())


def _find(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> tuple[Prompt, Version]:
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    return prompt, find_version(tx, act, prompt, reference)
