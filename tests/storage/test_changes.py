"""The change log has no gap and no second truth: its order is the order of commits, on every database."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event

from promptwire.domain.changes import GENESIS, INSTANCE, Change, Query, Scope
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from support import make
from support.log import check_log
from support.make import AT, Ground
from support.writers import add_prompt, at_once, errors, processes, write_prompts

ALL = Query(limit=10_000)


def record(store: SqlStore, *changes: Change) -> None:
    def work(tx: Transaction) -> None:
        for one in changes:
            tx.record(one)

    store.write_now(work)


def test_an_entry_is_read_as_written_and_its_hash_can_be_checked(store: SqlStore) -> None:
    full = make.change(
        Scope("team", make.new_id()),
        action="label.moved",
        object_kind="label",
        object_id="prod",
        prompt_id=make.new_id(),
        label="prod",
        before={"version_id": "a", "version_number": 1, "is_admin": False, "slug": None},
        after={"team_ids": ("a", "b"), "name": "😀 é"},
        reason="because\n  of\ttests",
    )
    bare = make.change(INSTANCE, subject_kind="system", subject_id="operator")
    record(store, full, bare)
    first, second = check_log(store)
    assert (first.change, second.change) == (full, bare)
    assert (first.previous_hash, second.previous_hash) == (GENESIS, GENESIS)


def test_seq_counts_in_the_store_and_revision_in_the_scope(store: SqlStore) -> None:
    org, team = Scope("org", make.new_id()), Scope("team", make.new_id())
    order = [org, INSTANCE, org, team, INSTANCE, org]
    record(store, *(make.change(scope) for scope in order[:4]))
    record(store, *(make.change(scope) for scope in order[4:]))
    entries = check_log(store)
    assert [entry.change.scope for entry in entries] == order
    assert [entry.revision for entry in entries] == [1, 1, 2, 1, 2, 3]


def test_entries_are_listed_newest_first_by_prompt_and_label_from_a_cursor_on(
    store: SqlStore, read: Transaction
) -> None:
    scope, other = Scope("org", make.new_id()), Scope("org", make.new_id())
    prompts, labels = [make.new_id(), make.new_id()], ["prod", "Prod", None]
    wanted = [make.change(scope, prompt_id=prompts[at % 2], label=labels[at % 3]) for at in range(12)]
    record(store, *(one for change in wanted for one in (change, replace(change, scope=other))))

    def listed(query: Query) -> list[int]:
        return [entry.revision for entry in read.changes.of_scope(str(scope), query)]

    assert listed(ALL) == list(range(12, 0, -1))
    assert listed(Query(limit=2)) == [12, 11]
    assert listed(Query(limit=2, before=11)) == [10, 9]
    assert listed(Query(limit=99, before=1)) == []
    assert listed(replace(ALL, prompt_id=prompts[0])) == [11, 9, 7, 5, 3, 1]
    assert listed(replace(ALL, label="prod")) == [10, 7, 4, 1]
    assert listed(replace(ALL, prompt_id=prompts[0], label="prod", before=7)) == [1]
    assert read.changes.of_scope("org:unknown", ALL) == []


def test_a_unit_of_work_that_fails_records_nothing(store: SqlStore, ground: Ground) -> None:
    def fail(tx: Transaction) -> None:
        tx.record(make.change(ground.scope))
        tx.prompts.insert(make.prompt(ground.team.id))
        raise RuntimeError("after all")

    with pytest.raises(RuntimeError):
        store.write_now(fail)
    assert check_log(store) == []
    record(store, make.change(ground.scope))
    assert [entry.seq for entry in check_log(store)] == [1]


def test_a_unit_of_work_that_only_reads_records_nothing(store: SqlStore, ground: Ground) -> None:
    store.read_now(lambda tx: tx.record(make.change(ground.scope)))
    assert check_log(store) == []


def test_what_is_recorded_is_appended_last(store: SqlStore, ground: Ground) -> None:
    statements: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    def work(tx: Transaction) -> int:
        tx.record(make.change(ground.scope))
        tx.prompts.insert(make.prompt(ground.team.id))
        tx.record(make.change(ground.scope))
        return len(tx.changes.of_scope(str(ground.scope), ALL))

    writer: Engine = store.engines.writer
    event.listen(writer, "before_cursor_execute", note)
    event.listen(writer, "commit", lambda _: statements.append("COMMIT"))
    assert store.write_now(work) == 0, "nothing is appended before the commit"
    writes = [" ".join(one.split()[:3]) for one in statements if one.startswith(("INSERT", "UPDATE", "COMMIT"))]
    appended = next(place for place, one in enumerate(writes) if "change" in one)
    assert "INSERT INTO prompts" in writes[:appended]
    assert [one for one in writes[appended:] if "change" not in one] == ["COMMIT"]
    assert writes[-1] == "COMMIT"
    assert len(check_log(store)) == 2


def test_the_order_of_the_log_is_the_order_of_commits(store: SqlStore, database: str, ground: Ground) -> None:
    """Whoever reads on while threads and another process write never sees an entry appear before one seen already."""
    done = threading.Event()
    seen: list[int] = []

    def watch() -> None:
        while not done.is_set():
            entries, prompts = store.read_now(
                lambda tx: (tx.changes.of_scope(str(ground.scope), ALL), tx.prompts.of_team(ground.team.id, None))
            )
            seen.append(len(entries))
            assert [entry.revision for entry in entries] == list(range(len(entries), 0, -1))
            assert {entry.change.prompt_id for entry in entries} == {one.id for one in prompts} - {ground.prompt.id}

    def write() -> None:
        try:
            for _ in range(15):
                store.write_now(lambda tx: add_prompt(tx, ground.scope, ground.team.id))
                store.write_now(lambda tx: add_prompt(tx, INSTANCE, other.id))
        finally:
            if not other_writers_alive():
                done.set()

    other = make.team(None)
    store.write_now(lambda tx: tx.teams.insert(other))
    alive = [4]
    lock = threading.Lock()

    def other_writers_alive() -> bool:
        with lock:
            alive[0] -= 1
            return alive[0] > 0

    def in_a_process() -> None:
        try:
            with processes(1) as pool:
                pool.submit(write_prompts, database, ground.scope, ground.team.id, 30).result(timeout=60)
        finally:
            if not other_writers_alive():
                done.set()

    assert errors(at_once(watch, write, write, write, in_a_process)) == []
    assert len(check_log(store)) == 3 * 30 + 30
    assert seen == sorted(seen)
    assert len(set(seen)) > 5, "the reader looked while the writers wrote"


def test_two_scopes_of_one_change_are_appended_together(store: SqlStore, ground: Ground) -> None:
    def work(tx: Transaction) -> None:
        change = make.change(ground.scope, at=AT)
        tx.record(change)
        tx.record(replace(change, scope=INSTANCE))

    assert errors(at_once(*[lambda: store.write_now(work)] * 4)) == []
    entries = check_log(store)
    assert [entry.change.scope for entry in entries] == [ground.scope, INSTANCE] * 4
