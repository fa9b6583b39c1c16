"""Forgetting what was made of texts when one of them is erased for good, in whichever process that was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from promptwire.domain.changes import Entry
from promptwire.readmodel.topics import PURGED


class Forgetful(Protocol):
    """Somebody who keeps what it made of texts, to save time only."""

    def forget(self) -> None:
        """Keep nothing of it any longer."""
        ...


class Forgetting:
    """A subscriber of the feed that lets others forget."""

    def __init__(self, *keepers: Forgetful) -> None:
        self._keepers = keepers

    def changed(self, entries: Sequence[Entry]) -> None:
        """Let all of them forget where a text was erased."""
        if any(entry.change.action == PURGED for entry in entries):
            self.lost()

    def lost(self) -> None:
        """Let all of them forget."""
        for keeper in self._keepers:
            keeper.forget()
