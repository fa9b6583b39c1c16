"""What the use cases ask of the store when somebody looks for prompts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from promptwire.domain.search import Choices, Hit, Overview, Wanted
from promptwire.wire.content import Content


class SearchRepository(Protocol):
    """Lists of prompts by what is in them."""

    def find(self, team_id: str, wanted: Wanted) -> Sequence[Hit]:
        """List the prompts of a team that are wanted, in their order; of a page, one more than its limit."""
        ...

    def overviews(self, prompt_ids: Collection[str]) -> Mapping[str, Overview]:
        """Give what a list says of each of these prompts."""
        ...

    def saying(self, prompt_ids: Collection[str], words: Sequence[str]) -> Mapping[str, tuple[int, Content]]:
        """Give, of these prompts, the newest version by which each was found: its number, and what it says.

        Those whose names alone have all of the words are left out; else they may be divided between names and text.
        """
        ...

    def choices(self, team_id: str, most: int) -> Choices:
        """Give what a team's prompts can be narrowed down to, so many labels and authors at most."""
        ...
