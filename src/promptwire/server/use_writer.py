"""Writing down what was used, behind everything else."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from promptwire.domain.errors import Unavailable
from promptwire.domain.use import Batch
from promptwire.ports.storage import Store
from promptwire.readmodel.use import Use
from promptwire.server.clock import now
from promptwire.services import reports

EVERY = 1.0
"""Seconds: so much of what was used is lost when a server process is killed; one that is told to stop loses nothing."""
_AT_ONCE = 2_000
"""Reports in one transaction."""
log = logging.getLogger("promptwire.use")


class UseWriter:
    """Takes what memory has counted, and writes it down every few seconds."""

    def __init__(self, store: Store, use: Use) -> None:
        self._store = store
        self._use = use
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the event loop's thread."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Write down what there is, and end."""
        self._ending.set()
        if self._task:
            await self._task
        await self.write()

    async def write(self) -> None:
        """Write down what there is; while the store is away, it is kept for the next time."""
        batch = self._use.take(now())
        if batch is None:
            return
        for part in _parts(batch):
            try:
                await self._store.write(lambda tx, part=part: reports.write(tx, part))  # type: ignore[misc]
            except Unavailable:
                self._use.put_back(part)
            except Exception:  # noqa: BLE001 - it is said if it happens again
                await self._try_again(part)

    async def _try_again(self, part: Batch) -> None:
        """Write once more, without what may have gone meanwhile; what fails then would always fail."""
        try:
            await self._store.write(lambda tx: reports.write(tx, part))
        except Exception:
            log.exception("could not write down what was used", extra={"reports": len(part.reports)})

    async def _run(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._ending.wait()
            await self.write()


def _parts(batch: Batch) -> list[Batch]:
    """Divide a batch, so that nobody waits long for a transaction."""
    first = replace(batch, reports=batch.reports[:_AT_ONCE])
    rest = range(_AT_ONCE, len(batch.reports), _AT_ONCE)
    return [first, *(Batch(at=batch.at, reports=batch.reports[start : start + _AT_ONCE]) for start in rest)]
