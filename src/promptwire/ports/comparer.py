"""Comparing versions, somewhere it does not hold anybody else up."""

from __future__ import annotations

from typing import Protocol

from promptwire.domain.content_diffs import Compared, ContentDiff


class Comparer(Protocol):
    """Compares versions off the event loop."""

    async def compare(self, before: Compared, after: Compared) -> ContentDiff:
        """Compare two versions."""
        ...
