"""Comparing texts, somewhere it does not hold anybody else up."""

from __future__ import annotations

from typing import Protocol

from promptwire.domain.diffs import Diff, Side


class Comparer(Protocol):
    """Compares texts off the event loop."""

    async def diff(self, before: Side, after: Side) -> Diff:
        """Compare two texts line by line."""
        ...
