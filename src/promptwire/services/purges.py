"""Purges: erasing the text of a version for good, by an administrator and with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptwire.domain.changes import Facts
from promptwire.domain.errors import Forbidden, NotFound
from promptwire.domain.moves import Terms
from promptwire.domain.organizations import Team
from promptwire.domain.plans import erasure
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import ByNumber, Purge, Reference, Version
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import team_role
from promptwire.services.administration import is_instance_admin, require_instance_admin, require_org_admin
from promptwire.services.calls import Act, Input, record
from promptwire.services.entries import scope_of, version_object
from promptwire.services.finding import find_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """A version whose text was erased, and where the same text is still."""

    version: Version
    duplicates: Sequence[tuple[Prompt, Version]]
    """Of the same organization; for an administrator of the instance, wherever they are."""


def purge(tx: Transaction, act: Act, prompt_id: str, reference: Reference, *, read: Input[str]) -> Purged:
    """Erase what a version says; needs an administrator of the organization or the instance, and what its labels need.

    It is archived, its labels are taken off, and its number stays used. Doing it again changes nothing.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, ProtectedLabelRefused: As their names say.
    """
    prompt = _require_prompt(tx, act, prompt_id)
    reason = read()
    version = find_version(tx, act, prompt, reference)
    if not version.purge:
        moves.make(tx, act, erasure(prompt, version), Terms(reason=reason))
        _erase(tx, act.because(reason), prompt, version)
    erased = find_version(tx, act, prompt, ByNumber(version.number))
    return Purged(version=erased, duplicates=_duplicates(tx, act, prompt, version))


def _require_prompt(tx: Transaction, act: Act, prompt_id: str) -> Prompt:
    """Give a prompt that the subject administers, as a member of its team or not, and lock it."""
    prompt = tx.prompts.lock(prompt_id)
    team = tx.teams.get(prompt.team_id) if prompt else None
    if prompt is None or team is None:
        raise NotFound("prompt")
    if is_instance_admin(act):
        return prompt
    try:
        _check_administers(tx, act, team)
    except Forbidden:
        if team_role(tx, act, team) is None:
            raise NotFound("prompt") from None
        raise
    return prompt


def _check_administers(tx: Transaction, act: Act, team: Team) -> None:
    if team.org_id is None:
        require_instance_admin(act)
    else:
        require_org_admin(tx, act, team.org_id)


def _erase(tx: Transaction, act: Act, prompt: Prompt, version: Version) -> None:
    tx.versions.erase(version, Purge(at=act.now, by=act.subject.log_name, reason=act.call.reason or ""))
    tx.receipts.forget_answers()  # sealed as they are, any of them may hold the text
    of, facts = version_object(version), _facts(version)
    record(tx, act, scope_of(tx, prompt), "version.purged", of=of, before=facts, after=facts)


def _facts(version: Version) -> Facts:
    return {"number": version.number, "content_hash": version.content_hash}


def _duplicates(tx: Transaction, act: Act, prompt: Prompt, version: Version) -> Sequence[tuple[Prompt, Version]]:
    same = ((tx.prompts.get(one.prompt_id), one) for one in tx.versions.saying(version.content_hash))
    everywhere, scope = is_instance_admin(act), scope_of(tx, prompt)
    return [(owner, one) for owner, one in same if owner and (everywhere or scope_of(tx, owner) == scope)]
