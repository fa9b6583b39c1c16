"""Pages of a list: where one begins, how long it is, and where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

Item = TypeVar("Item")
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a list of what was created, newest first; what is as old as another comes by id."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A place in a list by name, without its case; what has the same name as another comes by id."""

    key: str
    id: str


class Created(Protocol):
    """What was created at some time."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was created."""
        ...


def moment_of(item: Created) -> Moment:
    """Give the place of an item in a list by creation."""
    return Moment(item.created_at, item.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Generic[Place]):
    """Which part of a list is asked for; who asks for none gets the whole list."""

    limit: int
    after: Place | None = None
    """The place of the last item on the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item, Place]):
    """A part of a list, or the whole of it."""

    items: Sequence[Item]
    cut: Cut[Place] | None = None
    next_after: Place | None = None
    """What the next page is asked for with; None on the last page."""

    @classmethod
    def of(cls, found: Sequence[Item], cut: Cut[Place] | None, place: Callable[[Item], Place]) -> Page[Item, Place]:
        """Make the page of what was found: one item more than its limit, if there are any left."""
        if cut is None or len(found) <= cut.limit:
            return cls(items=found, cut=cut)
        items = found[: cut.limit]
        return cls(items=items, cut=cut, next_after=place(items[-1]))
