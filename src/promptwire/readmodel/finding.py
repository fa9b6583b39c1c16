"""What a read asks for, and what it means to a reader."""

from __future__ import annotations

from dataclasses import dataclass

from promptwire.domain.addresses import check_only, teams_named
from promptwire.domain.errors import InvalidInput, NotFound
from promptwire.domain.label_limits import check_reads, leading_to
from promptwire.domain.versions import ByLabel, ByNumber, Reference, check_has_text
from promptwire.readmodel.prompts import KeptPrompt, KeptVersion, Owners
from promptwire.readmodel.readers import Reader


@dataclass(frozen=True, slots=True)
class Wanted:
    """A version as it is asked for."""

    slug: str
    reference: Reference | InvalidInput
    """What is wrong with it is said only to who sees the prompt."""
    team: str | None = None
    """The slug or id of the team, where it was named."""


class Found:
    """The version that was meant, and why."""

    __slots__ = ("owners", "reference", "version")

    def __init__(self, owners: Owners, version: KeptVersion, reference: Reference) -> None:
        self.owners = owners
        self.version = version
        self.reference = reference
        """What was asked for."""

    @property
    def fresh(self) -> bool:
        """Tell whether it is still meant."""
        return self.owners.fresh and self.version.prompt.fresh


def place(owners: Owners, reader: Reader, wanted: Wanted) -> tuple[str, str]:
    """Give the ids of the team and the prompt that a slug means to a reader.

    Raises:
        NotFound: Where the reader sees no such prompt.
        AmbiguousSlug: Where it means prompts in several teams, and no team was named.
    """
    if wanted.team or len(owners.prompts) != 1:
        named = teams_named(reader.teams.values(), wanted.team)
        found = [one for one in owners.prompts if one[0] in named]
        check_only(wanted.slug, [named[team_id] for team_id, _ in found])
        return found[0]
    return owners.prompts[0]


def reference_of(wanted: Wanted, reader: Reader) -> Reference:
    """Give the reference that was sent, if the reader may ask for it.

    Raises:
        InvalidInput: When it is none.
        Forbidden: For a label that a key is limited not to read.
    """
    reference = wanted.reference
    if isinstance(reference, InvalidInput):
        raise reference.with_traceback(None)
    if not isinstance(reference, ByNumber):
        check_reads(reader.limit, reference, ())  # before it is looked for, so that nothing is learned of other labels
    return reference


def meant(prompt: KeptPrompt, reference: Reference, reader: Reader) -> KeptVersion:
    """Give the version that a known reference means, if the reader may read it.

    Raises:
        NotFound: Naming the version, or the live version, that is not there.
        Forbidden: For a key that is limited to other labels.
        VersionPurged: Where its text was erased.
    """
    version = prompt.versions.get(reference)
    if version is None:
        raise NotFound("version" if isinstance(reference, ByNumber | ByLabel) else "live version")
    check_reads(reader.limit, reference, leading_to(version.version))
    check_has_text(version.version)
    return version
