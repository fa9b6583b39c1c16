"""Whether a server can serve well: its store can be read, has the tables, and is followed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from time import monotonic

from promptwire.domain.errors import DomainError
from promptwire.ports.feed import Feed
from promptwire.storage.migrate import is_behind
from promptwire.storage.store import SqlStore

_PATIENCE = 2.0  # seconds that the store has to answer
_KEPT = 1.0  # seconds for which what was found is told again, however many ask
_BEHIND = 5.0  # seconds for which nothing need be heard of the store: it is looked at every second or so
log = logging.getLogger("promptwire.server")


class Readiness:
    """Looks, at most once at a time and once a second."""

    def __init__(self, store: SqlStore, feed: Feed) -> None:
        self.stopping = False
        self._store = store
        self._feed = feed
        self._looking: asyncio.Task[Mapping[str, str]] | None = None
        self._looked_at = 0.0

    async def examine(self) -> Mapping[str, str]:
        """Give what is wrong, each with a word for it."""
        if self.stopping:
            return {"server": "stopping"}
        looking = self._looking
        if looking is None or (looking.done() and monotonic() - self._looked_at > _KEPT):
            self._looked_at = monotonic()
            looking = self._looking = asyncio.create_task(self._look())
        found: dict[str, str] = {}
        try:
            async with asyncio.timeout(_PATIENCE):
                found |= await asyncio.shield(looking)
        except TimeoutError:
            found["store"] = "does not answer"
        if self._feed.behind > _BEHIND:
            found["feed"] = "behind"
        return found

    async def _look(self) -> Mapping[str, str]:
        try:
            behind = await asyncio.to_thread(is_behind, self._store.engines)
        except DomainError:
            return {"store": "cannot be reached"}
        except Exception:
            log.exception("it could not be found out whether the store is ready")
            return {"store": "cannot be read"}
        return {"migrations": "missing"} if behind else {}
