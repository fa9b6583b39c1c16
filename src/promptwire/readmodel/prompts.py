"""Prompts in memory: what a slug means, which version a reference means, and what is answered for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptwire.domain.labels import MAX_LABEL
from promptwire.domain.organizations import Team
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import ByLabel, ByNumber, Reference, Version
from promptwire.ports.storage import Transaction
from promptwire.readmodel import topics
from promptwire.readmodel.shelves import OVERHEAD, Kept
from promptwire.readmodel.templates import Ready, Unready
from promptwire.wire.canonical import canonical_json
from promptwire.wire.delivery import Numbers, Resolved, etag

MAX_UNKNOWN = 64
"""How many references that mean nothing are remembered of one prompt."""


class Owners(Kept):
    """Which prompts a slug means in a set of teams; mostly one, or none."""

    __slots__ = ("prompts", "slug")

    def __init__(self, slug: str, prompts: Sequence[Prompt]) -> None:
        follows = {topics.EVERY_SLUG, topics.of_slug(slug), *(topics.of_prompt(one.id) for one in prompts)}
        super().__init__(follows, OVERHEAD + len(slug) + 200 * len(prompts))
        self.slug = slug
        self.prompts = tuple((one.team_id, one.id) for one in prompts)
        """Each as the id of its team and its own."""


class KeptVersion:
    """A version as reads need it."""

    __slots__ = ("answer", "encoded", "etag", "prompt", "template", "version")

    def __init__(self, prompt: KeptPrompt, version: Version, numbers: Numbers) -> None:
        self.prompt = prompt
        self.version = version
        resolved = Resolved(
            slug=prompt.slug,
            team=prompt.team_slug,
            prompt_id=prompt.id,
            version_id=version.id,
            version=version.number,
            status=version.status.value,
            labels=version.labels,
            content=version.content,
            content_hash=version.content_hash,
            numbers=numbers,
        )
        self.answer = canonical_json(resolved.as_json())
        """What is answered to who resolves it, encoded."""
        self.etag = etag(self.answer)
        self.encoded: Any = None
        """What a surface has made of it, kept with it."""
        self.template: Ready | Unready | None = None
        """What renders it; None until somebody asks for that."""

    @property
    def size(self) -> int:
        """Give the bytes that it takes, about: the answer, and the text once more."""
        return OVERHEAD + 2 * len(self.answer)


class KeptPrompt(Kept):
    """A prompt, and those of its versions that were asked for, by what they were asked for as."""

    __slots__ = ("id", "slug", "team_id", "team_slug", "versions")

    def __init__(self, prompt: Prompt, team: Team) -> None:
        super().__init__({topics.of_prompt(prompt.id), topics.of_team(team.id)})
        self.id = prompt.id
        self.slug = prompt.slug
        self.team_id = team.id
        self.team_slug = team.slug
        self.versions: dict[Reference, KeptVersion | None] = {}
        """None for a reference that means nothing."""

    def learn(self, reference: Reference, found: KeptVersion | None) -> int:
        """Remember what a reference means; gives how many bytes more that takes, about."""
        if isinstance(reference, ByLabel) and len(reference.label) > MAX_LABEL:
            return 0  # no label is so long
        if found is None:
            unknown = [one for one, version in self.versions.items() if version is None]
            if len(unknown) >= MAX_UNKNOWN:
                for one in unknown:
                    del self.versions[one]
            self.versions[reference] = None
            return 0
        known = next((one for one in self.versions.values() if one and one.version.id == found.version.id), found)
        known.template = known.template or found.template
        self.versions[reference] = known
        return found.size if known is found else 0


def version_of(tx: Transaction, prompt_id: str, reference: Reference) -> Version | None:
    """Read the version of a prompt that a reference means."""
    if isinstance(reference, ByNumber):
        return tx.versions.by_number(prompt_id, reference.number)
    if isinstance(reference, ByLabel):
        return tx.versions.by_label(prompt_id, reference.label)
    return tx.versions.live(prompt_id)
