"""Which version a reference means."""

from __future__ import annotations

from promptwire.domain.errors import NotFound
from promptwire.domain.label_limits import check_reads, leading_to, readable
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import ByLabel, ByNumber, Reference, Version, check_has_text
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act


def find_version(tx: Transaction, act: Act, prompt: Prompt, reference: Reference) -> Version:
    """Give the version of a prompt that a reference means, where the subject may read it.

    Raises:
        NotFound: Naming the version, or the live version, that is not there.
        Forbidden: For a key that is limited to other labels.
    """
    limit = readable(act.subject)
    if not isinstance(reference, ByNumber):
        check_reads(limit, reference, ())  # before it is looked for, so that nothing is learned of other labels
    if isinstance(reference, ByNumber):
        version = tx.versions.by_number(prompt.id, reference.number)
    elif isinstance(reference, ByLabel):
        version = tx.versions.by_label(prompt.id, reference.label)
    else:
        version = tx.versions.live(prompt.id)
    if version is None:
        raise NotFound("version" if isinstance(reference, ByNumber | ByLabel) else "live version")
    check_reads(limit, reference, leading_to(version))
    return version


def find_text(tx: Transaction, act: Act, prompt: Prompt, reference: Reference) -> Version:
    """Do what `find_version` does, for who needs what the version says.

    Raises:
        NotFound, Forbidden: As for `find_version`.
        VersionPurged: Where its text was erased.
    """
    return check_has_text(find_version(tx, act, prompt, reference))
