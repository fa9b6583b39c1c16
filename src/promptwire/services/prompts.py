"""Prompts: create, list, find, update, archive, restore."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.organizations import Team
from promptwire.domain.plans import retirement
from promptwire.domain.prompts import NewPrompt, Prompt, PromptStatus, PromptUpdate
from promptwire.domain.roles import TeamRole
from promptwire.domain.texts import check_description, check_name, normalize_slug
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt, require_team
from promptwire.services.calls import Act, Input, new_id, record
from promptwire.services.entries import prompt_facts, prompt_object, scope_of
from promptwire.services.moves import AskedTerms, plain
from promptwire.wire.canonical import JsonValue, canonical_json


def create(tx: Transaction, act: Act, team_id: str, read: Input[NewPrompt]) -> Prompt:
    """Add a prompt without versions to a team; needs an editor.

    Raises:
        Forbidden, InvalidInput, InvalidBody: As their names say.
        AlreadyExists: When the team has a prompt with this name or slug.
    """
    return add(tx, act, require_team(tx, act, team_id, TeamRole.EDITOR), read())


def add(tx: Transaction, act: Act, team: Team, new: NewPrompt) -> Prompt:
    """Add a prompt without versions for a subject that may.

    Raises:
        InvalidInput: When a field may not be stored.
        AlreadyExists: When the team has a prompt with this name or slug.
    """
    prompt = Prompt(
        id=new_id(),
        team_id=team.id,
        name=check_name(new.name),
        slug=normalize_slug(new.slug or new.name),
        description=check_description(new.description),
        status=PromptStatus.ACTIVE,
        last_number=0,
        input_schema=new.input_schema,
        created_by=act.user_id,
        created_at=act.now,
        updated_at=act.now,
    )
    tx.prompts.insert(prompt)
    scope = Scope.of_team(team.id, team.org_id)
    record(tx, act, scope, "prompt.created", of=prompt_object(prompt), after=prompt_facts(prompt))
    return prompt


def update(tx: Transaction, act: Act, prompt_id: str, read: Input[PromptUpdate]) -> Prompt:
    """Replace the description and the input schema, as far as they are given; needs an editor.

    The schema is that of versions written from now on; those that are there keep theirs.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    new = read()
    description = prompt.description if new.description is None else check_description(new.description)
    schema = new.input_schema if new.changes_schema else prompt.input_schema
    changed = replace(prompt, description=description, input_schema=schema, updated_at=act.now)
    tx.prompts.update(changed)
    before, after = (_schema_facts(one.input_schema) for one in (prompt, changed))
    told: Facts = {"description_changed": changed.description != prompt.description}
    record(
        tx,
        act,
        scope_of(tx, prompt),
        "prompt.updated",
        of=prompt_object(prompt),
        before=before if before != after else None,
        after={**told, **(after if before != after else {})},
    )
    return changed


def _schema_facts(schema: JsonValue) -> Facts:
    """Give what the change log says of an input schema."""
    return {"schema_hash": None if schema is None else sha256(canonical_json(schema)).hexdigest()}


def archive(tx: Transaction, act: Act, prompt_id: str, *, terms: AskedTerms = plain) -> Prompt:
    """Take a prompt out of use, as far as lists go; needs a team admin. Doing it again changes nothing.

    Raises:
        NotFound, Forbidden: As their names say.
        ProtectedLabelRefused: When it holds a label that the subject may not move.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.ADMIN)
    asked = terms()
    moves.make(tx, act, retirement(prompt, moves.leads(tx, prompt)), asked)
    return _set_status(tx, act.because(asked.reason), prompt, PromptStatus.ARCHIVED)


def restore(tx: Transaction, act: Act, prompt_id: str) -> Prompt:
    """Undo `archive`; needs a team admin.

    Raises:
        NotFound, Forbidden: As their names say.
    """
    return _set_status(tx, act, require_prompt(tx, act, prompt_id, TeamRole.ADMIN), PromptStatus.ACTIVE)


def _set_status(tx: Transaction, act: Act, prompt: Prompt, status: PromptStatus) -> Prompt:
    if prompt.status is status:
        return prompt
    changed = replace(prompt, status=status)
    tx.prompts.update(changed)
    action = "prompt.archived" if status is PromptStatus.ARCHIVED else "prompt.restored"
    before, after = {"status": prompt.status.value}, {"status": status.value}
    record(tx, act, scope_of(tx, prompt), action, of=prompt_object(prompt), before=before, after=after)
    return changed
