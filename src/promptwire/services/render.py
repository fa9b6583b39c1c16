"""Rendering a version, and resolving the version that a running process asks for."""

from __future__ import annotations

from promptwire.domain.errors import NotFound
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import Reference, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import find_by_slug
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_version
from promptwire.wire.delivery import Numbers, Resolved


def load(tx: Transaction, act: Act, slug: str, reference: Reference, *, team: str | None) -> tuple[Prompt, Version]:
    """Give the version to render; needs a viewer, or any key.

    Raises:
        NotFound: Where the subject sees no such prompt, or it has no such version.
        AmbiguousSlug: Where the slug means prompts in several teams, and none was named.
    """
    prompt = find_by_slug(tx, act, slug, team)
    return prompt, find_version(tx, act, prompt, reference)


def resolve(
    tx: Transaction, act: Act, slug: str, read: Input[Reference], *, team: str | None, numbers: Numbers
) -> Resolved:
    """Tell a running process which version a reference means now; needs what `load` needs.

    Raises:
        NotFound, AmbiguousSlug: As `load`.
        InvalidInput: When what was sent is no reference.
    """
    prompt = find_by_slug(tx, act, slug, team)
    version = find_version(tx, act, prompt, read())
    owner = tx.teams.get(prompt.team_id)
    if owner is None:
        raise NotFound("prompt")
    return Resolved(
        slug=prompt.slug,
        team=owner.slug,
        prompt_id=prompt.id,
        version_id=version.id,
        version=version.number,
        status=version.status.value,
        labels=version.labels,
        content=version.content,
        content_hash=version.content_hash,
        numbers=numbers,
    )
