"""Which version a reference means."""

from __future__ import annotations

from promptwire.domain.errors import NotFound
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import ByLabel, ByNumber, Reference, Version
from promptwire.ports.storage import Transaction


def find_version(tx: Transaction, prompt: Prompt, reference: Reference) -> Version:
    """Give the version of a prompt that a reference means.

    Raises:
        NotFound: Naming the version, or the live version, that is not there.
    """
    if isinstance(reference, ByNumber):
        version = tx.versions.by_number(prompt.id, reference.number)
    elif isinstance(reference, ByLabel):
        version = tx.versions.by_label(prompt.id, reference.label)
    else:
        version = tx.versions.live(prompt.id)
    if version is None:
        raise NotFound("version" if isinstance(reference, ByNumber | ByLabel) else "live version")
    return version
