"""Payloads: save sample variables of a prompt, list, change and remove them."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.changes import Facts
from promptwire.domain.errors import NotFound
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.payloads import Payload, PayloadUpdate
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.texts import check_optional_name
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input, Object, new_id, record
from promptwire.services.entries import scope_of


def create(tx: Transaction, act: Act, prompt_id: str, read: Input[str]) -> Payload:
    """Save variables, without a name (contracts/px0.md 1.8); needs an editor.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    payload = Payload(
        id=new_id(), prompt_id=prompt.id, name=None, variables=read(), created_at=act.now, updated_at=act.now
    )
    tx.payloads.insert(payload)
    record(tx, act, scope_of(tx, prompt), "payload.created", of=_object(payload), after=_facts(payload))
    return payload


def of_prompt(tx: Transaction, act: Act, prompt_id: str, read: Input[Cut[Moment] | None]) -> Page[Payload, Moment]:
    """List a prompt's payloads, newest first; needs a viewer.

    Raises:
        NotFound, InvalidInput: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    cut = read()
    return Page.of(tx.payloads.of_prompt(prompt.id, cut), cut, moment_of)


def get(tx: Transaction, act: Act, prompt_id: str, payload_id: str) -> Payload:
    """Give a payload; needs a viewer.

    Raises:
        NotFound: Where the subject sees no such prompt, or it has no such payload.
    """
    return _find(tx, require_prompt(tx, act, prompt_id, TeamRole.VIEWER), payload_id)


def update(tx: Transaction, act: Act, prompt_id: str, payload_id: str, *, read: Input[PayloadUpdate]) -> Payload:
    """Change what is given of a payload; needs an editor. Nothing given changes nothing.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    payload = _find(tx, prompt, payload_id)
    new = read()
    if new == PayloadUpdate():
        return payload
    changed = replace(
        payload,
        name=payload.name if new.name is None else check_optional_name(new.name),
        variables=payload.variables if new.variables is None else new.variables,
        updated_at=act.now,
    )
    tx.payloads.update(changed)
    before, after = _facts(payload), _facts(changed)
    record(tx, act, scope_of(tx, prompt), "payload.updated", of=_object(payload), before=before, after=after)
    return changed


def delete(tx: Transaction, act: Act, prompt_id: str, payload_id: str) -> None:
    """Remove a payload for good; needs an editor.

    Raises:
        NotFound, Forbidden: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    payload = _find(tx, prompt, payload_id)
    tx.payloads.delete(payload.id)
    record(tx, act, scope_of(tx, prompt), "payload.deleted", of=_object(payload), before=_facts(payload))


def _find(tx: Transaction, prompt: Prompt, payload_id: str) -> Payload:
    payload = tx.payloads.get(payload_id)
    if payload is None or payload.prompt_id != prompt.id:
        raise NotFound("payload")
    return payload


def _object(payload: Payload) -> Object:
    return Object("payload", payload.id, prompt_id=payload.prompt_id)


def _facts(payload: Payload) -> Facts:
    return {"name": payload.name}
