"""Which two versions of a prompt to compare."""

from __future__ import annotations

from promptwire.domain.errors import NotFound
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.versions import Reference, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_text


def load(
    tx: Transaction, act: Act, prompt_id: str, read: Input[tuple[Reference, Reference]]
) -> tuple[Version, Version]:
    """Give the two versions to compare; needs a viewer.

    Raises:
        NotFound, InvalidInput, VersionPurged: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    before, after = read()
    return _find(tx, act, prompt, before, noun="from version"), _find(tx, act, prompt, after, noun="to version")


def _find(tx: Transaction, act: Act, prompt: Prompt, reference: Reference, *, noun: str) -> Version:
    try:
        return find_text(tx, act, prompt, reference)
    except NotFound:
        raise NotFound(noun) from None
