"""A team's prompts as the members of its organization see and write them: EvalGuard's way (DESIGN section 2b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptwire.domain.drafts import Draft
from promptwire.domain.label_limits import leading_to, readable
from promptwire.domain.organizations import Team
from promptwire.domain.prompts import NewPrompt, Prompt
from promptwire.domain.templates import check_templates
from promptwire.domain.versions import Version
from promptwire.ports.storage import Transaction
from promptwire.services import prompts, versions
from promptwire.services.calls import Act, Input
from promptwire.services.membership import check_writes, find_version_of_member, require_team_of_member
from promptwire.services.versions import Check
from promptwire.wire.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """A text to write under a name."""

    team_id: str
    name: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """Which texts to list."""

    team_id: str
    limit: int


def newest(tx: Transaction, act: Act, read: Input[Newest]) -> Sequence[tuple[Prompt, Version]]:
    """List versions of a team's active prompts, newest first; needs any part in its organization.

    A key that is limited to labels gets those that they lead to; that may be fewer than asked for.

    Raises:
        InvalidInput, NotFound, MissingOrganization: In this order.
    """
    wanted = read()
    team = require_team_of_member(tx, act, wanted.team_id)
    limit = readable(act.subject)
    return [row for row in tx.versions.newest(team.id, wanted.limit) if limit.allows_any(leading_to(row[1]))]


def labels_of(tx: Transaction, act: Act, version_id: str) -> tuple[Version, tuple[str, ...]]:
    """Give a version with its labels, those that a key may read; needs any part in its organization.

    Raises:
        NotFound, MissingOrganization, NotAMember, Forbidden: In this order.
    """
    version = find_version_of_member(tx, act, version_id)
    limit = readable(act.subject)
    return version, tuple(label for label in version.labels if limit.allows(label))


def write(tx: Transaction, act: Act, read: Input[NewText], *, check: Check = check_templates) -> tuple[Prompt, Version]:
    """Write a draft of the prompt with a name, which is added where the team has none; needs what a label write needs.

    Raises:
        InvalidInput, InvalidBody, NotFound, MissingOrganization, NotAMember, Forbidden, InvalidTemplate: In this order.
        AlreadyExists: When a prompt of another name has the slug that this one would have.
    """
    new = read()
    new.draft.content()
    team = require_team_of_member(tx, act, new.team_id)
    check_writes(tx, act, team)
    prompt = _named(tx, team, new.name)
    if prompt is None:
        tx.teams.lock(team.id)  # of two who bring the same new name, one adds the prompt and the other finds it
        prompt = _named(tx, team, new.name) or prompts.add(tx, act, team, NewPrompt(name=new.name))
    content = new.draft.content(Content(input_schema=prompt.input_schema))
    check(content)
    return prompt, versions.add(tx, act, prompt, content)


def _named(tx: Transaction, team: Team, name: str) -> Prompt | None:
    found = tx.prompts.named(team.id, name)
    return tx.prompts.lock(found.id) if found else None
