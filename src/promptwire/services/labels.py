"""Labels: the one writer of which version each label is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.errors import NotFound
from promptwire.domain.labels import LabelRequest, Move, Placement, plan_moves
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import Reference, Version
from promptwire.ports.storage import Transaction
from promptwire.services import protection
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input, Object, record
from promptwire.services.finding import find_version
from promptwire.services.membership import require_version
from promptwire.services.prompts import scope_of


def set_one(tx: Transaction, act: Act, prompt_id: str, reference: Reference, *, read: Input[str]) -> Version:
    """Put a label on a version, wherever it was before; needs an editor, and what the registry asks for.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, ProtectedLabelRefused: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    request = LabelRequest(add=(read(),))
    version = find_version(tx, prompt, reference)
    apply(tx, act, prompt, version, request=request)
    return find_version(tx, prompt, reference)


def remove_one(tx: Transaction, act: Act, prompt_id: str, label: str) -> None:
    """Take a label away from whichever version it is on; needs what `set_one` needs.

    Raises:
        NotFound, Forbidden, ProtectedLabelRefused: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    protection.check(tx, act, prompt.team_id, (label,))
    version = tx.versions.by_label(prompt.id, label)
    if version is None:
        raise NotFound("label")
    apply(tx, act, prompt, version, request=LabelRequest(remove=(label,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a request has done to a version."""

    version: Version
    """With its labels as they are now."""
    request: LabelRequest
    moves: tuple[Move, ...]
    """What really changed."""
    numbers: Mapping[str, int]
    """The number of every version that a label moved from or to."""


def apply_to_version(tx: Transaction, act: Act, version_id: str, read: Input[LabelRequest]) -> Outcome:
    """Carry out a request for a version, all of it or nothing, for a member of its organization.

    Source: contracts/evalguard-labels.md A19: what is wrong with the request comes before who may make it.

    Raises:
        InvalidInput, InvalidBody, NotFound, MissingOrganization, NotAMember, Forbidden, ProtectedLabelRefused: In
            this order.
    """
    request = read()
    prompt, version = require_version(tx, act, version_id)
    moves = apply(tx, act, prompt, version, request=request)
    labelled = tx.versions.get(version.id) or version
    return Outcome(version=labelled, request=request, moves=moves, numbers=_numbers(tx, moves))


def of_prompt(tx: Transaction, act: Act, prompt_id: str) -> Sequence[tuple[str, int]]:
    """List a prompt's labels with the number of their version; needs a viewer.

    Raises:
        NotFound: Where the subject sees no such prompt.
    """
    return tx.labels.numbers(require_prompt(tx, act, prompt_id, TeamRole.VIEWER).id)


def apply(tx: Transaction, act: Act, prompt: Prompt, version: Version, *, request: LabelRequest) -> tuple[Move, ...]:
    """Carry out a request for a version of a prompt that is locked already, all of it or nothing.

    Raises:
        ProtectedLabelRefused: When any label named needs a higher role.
    """
    protection.check(tx, act, prompt.team_id, request.labels)
    moves = plan_moves(version.id, request, tx.labels.holders(prompt.id))
    _carry_out(tx, act, prompt, moves)
    return moves


def clear(tx: Transaction, act: Act, prompt: Prompt) -> None:
    """Take away every label of a prompt that leaves the store; whoever asks has asked for its protection."""
    holders = sorted(tx.labels.holders(prompt.id).items())
    _carry_out(
        tx, act, prompt, [Move(label=label, from_version_id=held, to_version_id=None) for label, held in holders]
    )


def _carry_out(tx: Transaction, act: Act, prompt: Prompt, moves: Sequence[Move]) -> None:
    numbers = _numbers(tx, moves)
    scope = scope_of(tx, prompt)
    for move in moves:
        _write(tx, act, prompt, move)
        _record(tx, act, scope, move=move, prompt=prompt, numbers=numbers)


def _write(tx: Transaction, act: Act, prompt: Prompt, move: Move) -> None:
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


def _record(tx: Transaction, act: Act, scope: Scope, *, move: Move, prompt: Prompt, numbers: Mapping[str, int]) -> None:
    action = "label.removed"
    if move.to_version_id is not None:
        action = "label.moved" if move.from_version_id else "label.set"
    record(
        tx,
        act,
        scope,
        action,
        of=Object("label", move.label, prompt_id=prompt.id, label=move.label),
        before=_holder(move.from_version_id, numbers),
        after=_holder(move.to_version_id, numbers),
    )


def _holder(version_id: str | None, numbers: Mapping[str, int]) -> Facts:
    return {"version_id": version_id, "version_number": numbers[version_id]} if version_id else {}


def _numbers(tx: Transaction, moves: Sequence[Move]) -> dict[str, int]:
    ids = {one for move in moves for one in (move.from_version_id, move.to_version_id) if one}
    versions = (tx.versions.get(version_id) for version_id in ids)
    return {version.id: version.number for version in versions if version}
