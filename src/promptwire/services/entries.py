"""How the change log names prompts and versions, and what it says of them."""

from __future__ import annotations

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import Version
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Object


def scope_of(tx: Transaction, prompt: Prompt) -> Scope:
    """Give the scope in which a prompt's changes count."""
    team = tx.teams.get(prompt.team_id)
    return Scope.of_team(prompt.team_id, team.org_id if team else None)


def prompt_facts(prompt: Prompt) -> Facts:
    """Give what the change log says of a prompt."""
    return {"name": prompt.name, "slug": prompt.slug, "status": prompt.status.value, "team_id": prompt.team_id}


def prompt_object(prompt: Prompt) -> Object:
    """Give a prompt as the change log names it."""
    return Object("prompt", prompt.id, prompt_id=prompt.id)


def version_facts(version: Version) -> Facts:
    """Give what the change log says of a version."""
    return {
        "number": version.number,
        "status": version.status.value,
        "kind": version.content.kind,
        "content_hash": version.content_hash,
    }


def version_object(version: Version, label: str | None = None) -> Object:
    """Give a version as the change log names it."""
    return Object("version", version.id, prompt_id=version.prompt_id, label=label)
