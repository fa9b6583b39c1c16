"""Taking turns: of what takes long, everybody has one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from promptwire.domain.errors import Busy

_WAITING = 8  # that one reader may have waiting
_WAIT = 2.0  # seconds


class Turns:
    """Lets each reader do one thing at a time, and a few more wait for that."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._there: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, reader: str) -> AsyncIterator[None]:
        """Wait for a turn of a reader, and have it.

        Raises:
            Busy: When too many wait already, or for too long.
        """
        there = self._there.get(reader, 0)
        if there > _WAITING:
            raise Busy
        self._there[reader] = there + 1
        lock = self._locks.setdefault(reader, asyncio.Lock())
        try:
            try:
                await asyncio.wait_for(lock.acquire(), _WAIT)
            except TimeoutError:
                raise Busy from None
            try:
                yield
            finally:
                lock.release()
        finally:
            self._there[reader] -= 1
            if not self._there[reader]:
                del self._there[reader], self._locks[reader]
