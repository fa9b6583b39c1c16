"""The whole change log, and what must hold of it."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from promptwire.domain.changes import GENESIS, Entry, chain
from promptwire.storage.rows import to_entry
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import change_counter, change_scopes, changes


def check_log(store: SqlStore) -> list[Entry]:
    """Give every entry in order, once it is sure that numbers are gapless, hashes right, and the counters true."""
    with store.engines.reader.connect() as connection:
        return check_log_in(connection)


def check_log_in(connection: Connection) -> list[Entry]:
    """Do what `check_log` does, in a transaction that looks at other tables too."""
    entries = [to_entry(row) for row in connection.execute(select(changes).order_by(changes.c.seq))]
    last_seq = connection.execute(select(change_counter.c.last_seq)).scalar_one()
    heads = {row.scope: (row.last_revision, row.head_hash) for row in connection.execute(select(change_scopes))}
    assert [entry.seq for entry in entries] == list(range(1, last_seq + 1))
    scopes: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        scopes[str(entry.change.scope)].append(entry)
    for of_scope in scopes.values():
        _check_chain(of_scope)
    assert heads == {scope: (of_scope[-1].revision, of_scope[-1].hash) for scope, of_scope in scopes.items()}
    return entries


def _check_chain(entries: list[Entry]) -> None:
    previous = GENESIS
    for revision, entry in enumerate(entries, start=1):
        assert entry.revision == revision
        assert entry.previous_hash == previous
        assert entry == chain(entry.change, seq=entry.seq, revision=revision, previous_hash=previous)
        previous = entry.hash
