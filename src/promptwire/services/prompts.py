"""Prompts: create, list, find, describe, archive, restore."""

from __future__ import annotations

from dataclasses import dataclass, replace

from promptwire.domain.changes import Scope
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.plans import retirement
from promptwire.domain.prompts import NewPrompt, Prompt, PromptStatus
from promptwire.domain.roles import TeamRole
from promptwire.domain.texts import check_description, check_name, normalize_slug
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt, require_team
from promptwire.services.calls import Act, Input, new_id, record
from promptwire.services.entries import prompt_facts, prompt_object, scope_of
from promptwire.services.moves import AskedTerms, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which prompts to list; what is not given does not limit."""

    status: PromptStatus | None = None
    cut: Cut[Moment] | None = None


def create(tx: Transaction, act: Act, team_id: str, read: Input[NewPrompt]) -> Prompt:
    """Add a prompt without versions to a team; needs an editor.

    Raises:
        Forbidden, InvalidInput, InvalidBody: As their names say.
        AlreadyExists: When the team has a prompt with this name or slug.
    """
    team = require_team(tx, act, team_id, TeamRole.EDITOR)
    new = read()
    prompt = Prompt(
        id=new_id(),
        team_id=team.id,
        name=check_name(new.name),
        slug=normalize_slug(new.slug or new.name),
        description=check_description(new.description),
        status=PromptStatus.ACTIVE,
        last_number=0,
        created_by=act.user_id,
        created_at=act.now,
        updated_at=act.now,
    )
    tx.prompts.insert(prompt)
    scope = Scope.of_team(team.id, team.org_id)
    record(tx, act, scope, "prompt.created", of=prompt_object(prompt), after=prompt_facts(prompt))
    return prompt


def of_team(tx: Transaction, act: Act, team_id: str, read: Input[Filter]) -> Page[Prompt, Moment]:
    """List a team's prompts, of one status or all, newest first; needs a viewer.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    team = require_team(tx, act, team_id, TeamRole.VIEWER)
    wanted = read()
    return Page.of(tx.prompts.of_team(team.id, wanted.status, wanted.cut), wanted.cut, moment_of)


def describe(tx: Transaction, act: Act, prompt_id: str, read: Input[str]) -> Prompt:
    """Replace the description; needs an editor.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    described = replace(prompt, description=check_description(read()), updated_at=act.now)
    tx.prompts.update(described)
    changed = described.description != prompt.description
    scope = scope_of(tx, prompt)
    record(tx, act, scope, "prompt.updated", of=prompt_object(prompt), after={"description_changed": changed})
    return described


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
