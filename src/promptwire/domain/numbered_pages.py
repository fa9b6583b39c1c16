"""Pages with numbers, as px0 has them for people: each list may also be read on from a place (`domain/pages.py`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from promptwire.domain.pages import Cut, Item, Moment, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Which page of a list is asked for, by number, or by the place of the last item seen."""

    number: int
    cut: Cut[Moment]

    @property
    def skip(self) -> int:
        """Give how many items stand before the page; none where it begins behind a place."""
        return 0 if self.cut.after else (self.number - 1) * self.cut.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Generic[Item]):
    """A page of a list whose items are counted."""

    asked: Numbered
    page: Page[Item, Moment]
    total: int
    """How many items there are in all."""

    @classmethod
    def of(
        cls, found: Sequence[Item], asked: Numbered, *, total: int, place: Callable[[Item], Moment]
    ) -> Counted[Item]:
        """Make the page of what was found: one item more than its limit, if there are any left."""
        return cls(asked=asked, page=Page.of(found, asked.cut, place), total=total)
