"""Parts of a list, for readers who do not want all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")

Position: TypeAlias = tuple[Key, str]
"""Where an item stands in a list: what the list is sorted by, and the item's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[Key]):
    """Which part of a list is asked for."""

    limit: int | None = None
    """How many items at most; None means all."""
    skip: int = 0
    after: Position[Key] | None = None
    """Only what comes behind this place."""

    def and_one(self) -> Slice[Key]:
        """Ask for one item more, which tells whether there is a next page."""
        return self if self.limit is None else replace(self, limit=self.limit + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some items of a list."""

    items: Sequence[Item]
    has_more: bool
    total: int = 0
    """How many items there are in all, where that was counted."""

    @classmethod
    def of(cls, found: Sequence[Item], asked: Slice[Key], total: int = 0) -> Page[Item]:
        """Make the page of what was found for `asked.and_one()`."""
        return cls(items=found[: asked.limit], has_more=len(found) > len(found[: asked.limit]), total=total)


def cut(items: Sequence[Item], asked: Slice[str], place: Callable[[Item], Position[str]]) -> Page[Item]:
    """Make a page of a list that is there as a whole, sorted by the place of its items."""
    behind = [item for item in items if asked.after is None or place(item) > asked.after]
    found = behind[asked.skip :]
    return Page.of(found if asked.limit is None else found[: asked.limit + 1], asked, len(items))
