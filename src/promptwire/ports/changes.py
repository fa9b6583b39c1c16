"""What the use cases ask of the change log; there is no way to append but `Transaction.record`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from promptwire.domain.chains import Ends
from promptwire.domain.changes import Entry, Query, Written
from promptwire.ports.feed import Position


class ChangeLog(Protocol):
    """The change log, for reading."""

    def of_scope(self, scope: str, query: Query) -> Sequence[Entry]:
        """List entries of a scope, newest first."""
        ...

    def of_scope_onward(self, scope: str, query: Query) -> Sequence[Entry]:
        """List entries of a scope, oldest first."""
        ...

    def after(self, seq: int, limit: int) -> Sequence[Entry]:
        """List the entries of every scope behind one, oldest first."""
        ...

    def head(self) -> Position:
        """Give which store this is, and its newest entry."""
        ...

    def renew_epoch(self, epoch: str) -> None:
        """Make this another store to whoever follows the log: all of them start over."""
        ...

    def ends(self) -> Ends:
        """Give where the store says that the log ends, and where it does."""
        ...

    def written(self, after: int, up_to: int, limit: int) -> Sequence[Written]:
        """List entries of all scopes behind one, letter by letter, in the order of the store."""
        ...
