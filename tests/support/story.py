"""What the log tells, replayed: it must be what the tables say."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import TypeAlias

from sqlalchemy import select

from promptwire.domain.changes import Entry
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import labels, prompts, versions
from support.log import check_log_in


def check_store(store: SqlStore) -> list[Entry]:
    """Give every entry of the log, once it is sure that the tables say what it tells, and nothing half done."""
    with store.engines.reader.connect() as connection:  # one state, whoever is still writing
        entries = check_log_in(connection)
        statuses, holders, made = _replay(entries)
        of_versions = connection.execute(select(versions)).all()
        of_labels = connection.execute(select(labels)).all()
        of_prompts = connection.execute(select(prompts)).all()
    assert {row.id: row.status for row in of_versions} == statuses
    assert {(row.prompt_id, row.label): row.version_id for row in of_labels} == holders
    assert {row.id for row in of_prompts} == made
    assert set(Counter(row.prompt_id for row in of_versions if row.status == "live").values()) <= {1}
    assert max(Counter((row.prompt_id, row.number) for row in of_versions).values(), default=1) == 1
    for row in of_prompts:
        assert max((one.number for one in of_versions if one.prompt_id == row.id), default=0) <= row.last_number
    if store.engines.file:
        _check_file(str(store.engines.file))
    return entries


Statuses: TypeAlias = dict[str, object]
Holders: TypeAlias = dict[tuple[str | None, str | None], object]


def _replay(entries: list[Entry]) -> tuple[Statuses, Holders, set[str]]:
    """Give the status of each version, the version of each label, and the prompts, as the log tells them."""
    statuses: Statuses = {}
    holders: Holders = {}
    made: set[str] = set()
    for change in (entry.change for entry in entries):
        if change.object_kind == "version":
            statuses[change.object_id] = change.after.get("status", statuses.get(change.object_id))
            if change.action == "version.deleted":
                del statuses[change.object_id]
        elif change.action == "label.removed":
            del holders[change.prompt_id, change.label]
        elif change.object_kind == "label":
            holders[change.prompt_id, change.label] = change.after["version_id"]
        elif change.action == "prompt.created":
            made.add(change.object_id)
    return statuses, holders, made


def _check_file(file: str) -> None:
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
