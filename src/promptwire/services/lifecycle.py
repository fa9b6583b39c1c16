"""The life of a version: promote, demote, archive, delete; the one writer of the live status."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.labels import LabelRequest
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import (
    LIVE,
    Reference,
    Status,
    Version,
    check_can_archive,
    check_can_demote,
    promotion_target,
)
from promptwire.ports.storage import Transaction
from promptwire.services import labels, protection
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input, record
from promptwire.services.finding import find_version
from promptwire.services.prompts import scope_of
from promptwire.services.versions import facts, version_object


def promote(tx: Transaction, act: Act, prompt_id: str, reference: Reference, *, read: Input[Status | None]) -> Version:
    """Bring a version a step further, or to the status asked for; what was live before becomes stable.

    Needs an editor, and what the registry asks for `live` where that is the target.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, WrongStatus, ProtectedLabelRefused: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    version = find_version(tx, prompt, reference)
    target = promotion_target(version.status, read())
    if target is Status.LIVE:
        protection.check(tx, act, prompt.team_id, (LIVE,))
    if target is version.status:
        return version
    if target is Status.LIVE:
        _displace(tx, act, prompt)
    return _set_status(tx, act, prompt, version, target=target, action="version.promoted")


def demote(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> Version:
    """Bring the live version back to stable; the prompt has no live version then. Needs what `promote` needs.

    Raises:
        NotFound, Forbidden, WrongStatus, ProtectedLabelRefused: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    version = find_version(tx, prompt, reference)
    protection.check(tx, act, prompt.team_id, (LIVE,))
    check_can_demote(version.status)
    return _set_status(tx, act, prompt, version, target=Status.STABLE, action="version.demoted")


def archive(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> Version:
    """Take a version out of use; its labels stay and still lead to it. Needs what its labels need.

    Raises:
        NotFound, Forbidden, WrongStatus, ProtectedLabelRefused: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    version = find_version(tx, prompt, reference)
    protection.check_version(tx, act, prompt, version)
    check_can_archive(version.status)
    return _set_status(tx, act, prompt, version, target=Status.ARCHIVED, action="version.archived")


def delete(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> None:
    """Remove a draft for good, with its labels; archive any other version (contracts/px0.md 1.5).

    Raises:
        NotFound, Forbidden, ProtectedLabelRefused: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    version = find_version(tx, prompt, reference)
    if version.status is Status.ARCHIVED:
        return
    protection.check_version(tx, act, prompt, version)
    if version.status is not Status.DRAFT:
        _set_status(tx, act, prompt, version, target=Status.ARCHIVED, action="version.archived")
        return
    labels.apply(tx, act, prompt, version, request=LabelRequest(remove=version.labels))
    tx.versions.delete(version.id)
    record(tx, act, scope_of(tx, prompt), "version.deleted", of=version_object(version), before=facts(version))


def _displace(tx: Transaction, act: Act, prompt: Prompt) -> None:
    """Make room for a new live version: the database refuses a second one."""
    live = tx.versions.live(prompt.id)
    if live:
        _set_status(tx, act, prompt, live, target=Status.STABLE, action="version.displaced")


def _set_status(tx: Transaction, act: Act, prompt: Prompt, version: Version, *, target: Status, action: str) -> Version:
    moves_live = Status.LIVE in {version.status, target}
    if moves_live:
        protection.check(tx, act, prompt.team_id, (LIVE,))  # asked before already, unless a use case forgets to
    published_at = act.now if target is Status.LIVE else version.published_at
    changed = replace(version, status=target, published_at=published_at)
    tx.versions.update(changed)
    of = version_object(version, LIVE if moves_live else None)
    record(tx, act, scope_of(tx, prompt), action, of=of, before=facts(version), after=facts(changed))
    return changed
