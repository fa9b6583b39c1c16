"""How somebody wants to push, and what became of each prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from promptwire.files.lock import Entry
from promptwire.files.standing import Item


class Sent(Enum):
    """What was done with a prompt of the upstream."""

    NOTHING = "nothing"
    CREATED = "created"
    UPDATED = "updated"
    ARCHIVED = "archived"
    LEFT = "left"
    """The server has something newer: pull first."""
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What became of one prompt."""

    item: Item
    sent: Sent
    version: int | None = None
    """The number of the version that was written."""
    promoted: str | None = None
    labels: tuple[str, ...] = ()
    """Those that were set."""
    requests: tuple[str, ...] = ()
    """Change requests that were opened: moves that wait for approval."""
    notes: tuple[str, ...] = ()
    """What somebody should know."""
    refused: tuple[str, ...] = ()
    """What was not allowed, and what it needs."""
    locked: Mapping[str, Entry | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """How somebody wants to push."""

    ours: bool = False
    """Whether this side goes over the server's where both changed."""
    archive: bool = False
    """Whether prompts are archived whose files were deleted."""
    promote: str | None = None
    """`stable` or `live`: what new versions become."""
    labels: tuple[str, ...] = ()
    """Labels to set beside those that the files name."""
    dry_run: bool = False
