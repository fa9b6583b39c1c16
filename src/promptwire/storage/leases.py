"""Leases in the store."""

from __future__ import annotations

from sqlalchemy import Connection, select

from promptwire.domain.leases import Lease
from promptwire.storage.tables import leases
from promptwire.storage.upserts import upsert


class Leases:
    """Who does what only one server process does at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> Lease:
        """Give a lease; nobody's, where there is none yet."""
        row = self._connection.execute(select(leases).where(leases.c.name == name)).one_or_none()
        return Lease(row.name, row.holder, row.beat) if row else Lease(name)

    def hold(self, name: str) -> Lease:
        """Do what `get` does, and keep it as it is until this transaction ends."""
        statement = select(leases.c.name).where(leases.c.name == name).with_for_update(read=True)
        self._connection.execute(statement)
        return self.get(name)

    def take(self, lease: Lease, holder: str) -> bool:
        """Give a lease to somebody if it is still as it was seen; tells whether it was."""
        values = {"name": lease.name, "holder": holder, "beat": lease.beat + 1}
        unchanged = leases.c.beat == lease.beat
        statement = upsert(self._connection, leases, values, ("name",), where=unchanged)
        return self._connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1
