"""Comparing versions in a thread of its own, one pair at a time: it is bounded, but not short."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from promptwire.domain.content_diffs import Compared, ContentDiff, compare


class ThreadComparer:
    """Compares versions off the event loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="promptwire-compare")

    async def compare(self, before: Compared, after: Compared) -> ContentDiff:
        """Compare two versions."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, compare, before, after)

    def close(self) -> None:
        """Finish what is running."""
        self._pool.shutdown()
