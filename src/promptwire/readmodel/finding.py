"""What a read asks for, and what it means to a reader."""

from __future__ import annotations

from dataclasses import dataclass

from promptwire.domain.addresses import check_only, teams_named
from promptwire.domain.errors import InvalidInput, NotFound
from promptwire.domain.versions import ByLabel, ByNumber, Reference
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

    __slots__ = ("owners", "version")

    def __init__(self, owners: Owners, version: KeptVersion) -> None:
        self.owners = owners
        self.version = version

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


def reference_of(wanted: Wanted) -> Reference:
    """Give the reference that was sent.

    Raises:
        InvalidInput: When it is none.
    """
    if isinstance(wanted.reference, InvalidInput):
        raise wanted.reference.with_traceback(None)
    return wanted.reference


def meant(prompt: KeptPrompt, reference: Reference) -> KeptVersion:
    """Give the version that a known reference means.

    Raises:
        NotFound: Naming the version, or the live version, that is not there.
    """
    version = prompt.versions.get(reference)
    if version is None:
        raise NotFound("version" if isinstance(reference, ByNumber | ByLabel) else "live version")
    return version
