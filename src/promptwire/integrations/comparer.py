"""Comparing texts in a thread of its own, one pair at a time: it is bounded, but not short."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from promptwire.domain.diffs import Diff, Side, diff


class ThreadComparer:
    """Compares texts off the event loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="promptwire-compare")

    async def diff(self, before: Side, after: Side) -> Diff:
        """Compare two texts line by line."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, diff, before, after)

    def close(self) -> None:
        """Finish what is running."""
        self._pool.shutdown()
