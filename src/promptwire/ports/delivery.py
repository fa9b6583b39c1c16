"""What delivery asks of the store: what many names mean, in few questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from promptwire.wire.content import Content


@dataclass(frozen=True, slots=True)
class Place:
    """A prompt, and where it is."""

    prompt_id: str
    team_id: str
    slug: str


@dataclass(frozen=True, slots=True)
class Head:
    """A version without its content."""

    version_id: str
    prompt_id: str
    number: int
    status: str
    content_hash: str
    is_purged: bool = False
    """Whether its text was erased."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A label of a prompt, and the version it is on."""

    prompt_id: str
    label: str
    version_id: str


class DeliveryRepository(Protocol):
    """Prompts, versions and labels, many at a time."""

    def named(self, slugs: Collection[str], team_ids: Collection[str]) -> Sequence[Place]:
        """List the prompts with these slugs in these teams."""
        ...

    def places(self, prompt_ids: Collection[str]) -> Sequence[Place]:
        """List the prompts with these ids."""
        ...

    def owned(self, team_ids: Collection[str], after: str, limit: int) -> Sequence[Place]:
        """List prompts of these teams by id, from behind one on, so many at most."""
        ...

    def pointers(self, prompt_ids: Collection[str]) -> Sequence[Pointer]:
        """List the labels of these prompts, in ascending order by code point."""
        ...

    def live(self, prompt_ids: Collection[str]) -> Sequence[Head]:
        """List the live versions of these prompts."""
        ...

    def numbered(self, prompt_ids: Collection[str], numbers: Collection[int]) -> Sequence[Head]:
        """List the versions of these prompts with any of these numbers."""
        ...

    def heads(self, version_ids: Collection[str]) -> Sequence[Head]:
        """List the versions with these ids."""
        ...

    def purged(self, prompt_ids: Collection[str]) -> Sequence[str]:
        """List the ids of the versions of these prompts whose texts were erased."""
        ...

    def contents(self, version_ids: Collection[str]) -> Mapping[str, Content]:
        """Give the contents of these versions by their hash."""
        ...
