"""Holding a lease: one server process of a store at a time, and another soon after it dies."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from promptwire.domain.leases import Lease
from promptwire.ports.storage import Store

LASTS = 5.0
"""Seconds after the last beat for which a lease is its holder's, by everybody's own clock."""
_BEAT_EVERY = LASTS / 3


class LeaseHolder:
    """Takes a lease and keeps it."""

    def __init__(self, store: Store, name: str, monotonic: Callable[[], float]) -> None:
        self.lease = Lease(name, uuid4().hex)
        """As this process would hold it."""
        self._store = store
        self._monotonic = monotonic
        self._seen = Lease(name)
        self._seen_at = monotonic()
        self._taken_at: float | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether nobody else can hold it now."""
        return self._taken_at is not None and self._monotonic() - self._taken_at < LASTS

    async def keep(self) -> bool:
        """Take the lease, or hold on to it, if that can be; tells whether it is held.

        Raises:
            Unavailable: When the store cannot say.
        """
        now = self._monotonic()
        if self._taken_at is not None and now - self._taken_at < _BEAT_EVERY:
            return True
        found = await self._store.read(lambda tx: tx.leases.get(self.lease.name))
        if found != self._seen:
            self._seen, self._seen_at = found, now
        if found.holder in {"", self.lease.holder} or now - self._seen_at >= LASTS:
            took = await self._store.write(lambda tx: tx.leases.take(found, self.lease.holder))
            self._taken_at = now if took else None
        else:
            self._taken_at = None
        return self.is_held

    async def let_go(self) -> None:
        """Leave the lease to the next at once."""
        if self._taken_at is None:
            return
        self._taken_at = None
        mine = self.lease.holder
        found = await self._store.read(lambda tx: tx.leases.get(self.lease.name))
        if found.holder == mine:
            await self._store.write(lambda tx: tx.leases.take(found, ""))
