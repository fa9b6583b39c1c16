"""A unit of work appears at once or not at all, sees one state, and says so when the database cannot work now."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from promptwire.domain.errors import AlreadyExists, Unavailable
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction
from support import make
from support.log import check_log
from support.make import Ground
from support.waiting import eventually
from support.writers import add_prompt, at_once, errors


class Fault(Exception):
    """What goes wrong in a test."""


class _AsksAgain(Exception):
    sqlstate = "40001"


def test_a_unit_of_work_gives_its_result(store: SqlStore) -> None:
    assert store.read_now(lambda tx: (tx.users.exist(), 7)) == (False, 7)
    assert asyncio.run(store.read(lambda tx: tx.users.exist())) is False
    assert asyncio.run(store.write(lambda tx: tx.users.exist())) is False


@pytest.mark.parametrize("at", range(6))
def test_a_unit_of_work_that_fails_anywhere_leaves_nothing(
    store: SqlStore, read: Transaction, ground: Ground, at: int
) -> None:
    prompt = make.prompt(ground.team.id)
    version = make.version(prompt.id, 1)

    def work(tx: Transaction) -> None:
        steps: list[Callable[[], None]] = [
            lambda: tx.record(make.change(ground.scope)),
            lambda: tx.prompts.insert(prompt),
            lambda: tx.versions.insert(version),
            lambda: tx.labels.put(make.placement(version, "prod")),
            lambda: tx.prompts.update(replace(ground.prompt, last_number=9)),
            lambda: tx.versions.delete(version.id),
        ]
        steps[at] = fail
        for step in steps:
            step()

    def fail() -> None:
        raise Fault

    with pytest.raises((Fault, IntegrityError)):
        store.write_now(work)
    assert read.prompts.of_team(ground.team.id, None) == [ground.prompt]
    assert read.versions.get(version.id) is None
    assert check_log(store) == []


def test_a_name_that_is_taken_undoes_all_of_the_unit(store: SqlStore, read: Transaction, ground: Ground) -> None:
    first = make.prompt(ground.team.id)

    def work(tx: Transaction) -> None:
        tx.prompts.insert(first)
        tx.prompts.insert(make.prompt(ground.team.id, slug=first.slug))

    with pytest.raises(AlreadyExists):
        store.write_now(work)
    assert read.prompts.get(first.id) is None


def test_a_unit_that_reads_cannot_write(store: SqlStore, read: Transaction, ground: Ground) -> None:
    with pytest.raises((Unavailable, DBAPIError)):
        store.read_now(lambda tx: tx.prompts.insert(make.prompt(ground.team.id)))
    assert read.prompts.of_team(ground.team.id, None) == [ground.prompt]


def test_a_unit_that_reads_sees_one_state(store: SqlStore, read: Transaction, ground: Ground) -> None:
    changed = replace(ground.prompt, description="new")

    def work(tx: Transaction) -> None:
        assert tx.prompts.get(ground.prompt.id) == ground.prompt
        store.write_now(lambda tx: tx.prompts.update(changed))
        store.write_now(lambda tx: add_prompt(tx, ground.scope, ground.team.id))
        assert read.prompts.get(ground.prompt.id) == changed, "others see it"
        assert tx.prompts.of_team(ground.team.id, None) == [ground.prompt]

    store.read_now(work)


def test_a_unit_that_writes_reads_what_it_wrote_and_others_do_not(
    store: SqlStore, read: Transaction, ground: Ground
) -> None:
    changed = replace(ground.prompt, description="new")

    def work(tx: Transaction) -> None:
        tx.prompts.update(changed)
        assert tx.prompts.get(ground.prompt.id) == changed
        assert read.prompts.get(ground.prompt.id) == ground.prompt

    store.write_now(work)
    assert read.prompts.get(ground.prompt.id) == changed


def test_who_locks_a_prompt_sees_what_the_one_before_wrote(store: SqlStore, read: Transaction, ground: Ground) -> None:
    def count(tx: Transaction) -> None:
        prompt = tx.prompts.lock(ground.prompt.id)
        assert prompt
        tx.prompts.update(replace(prompt, last_number=prompt.last_number + 1))

    assert errors(at_once(*[lambda: [store.write_now(count) for _ in range(10)]] * 4)) == []
    found = read.prompts.get(ground.prompt.id)
    assert found
    assert found.last_number == 40


def test_who_waits_no_longer_does_not_stop_the_work(store: SqlStore, read: Transaction, ground: Ground) -> None:
    started, go = threading.Event(), threading.Event()

    def work(tx: SqlTransaction) -> None:
        started.set()
        go.wait(10)
        add_prompt(tx, ground.scope, ground.team.id)

    async def give_up() -> None:
        task = asyncio.create_task(store.write(work))
        await asyncio.to_thread(started.wait, 10)
        task.cancel()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(give_up())
    eventually(lambda: len(read.prompts.of_team(ground.team.id, None)) == 2)
    assert len(check_log(store)) == 1


def test_two_units_in_each_others_way_both_come_through(store: SqlStore, ground: Ground) -> None:
    """PostgreSQL ends one of them with a deadlock; it is run again."""
    second = make.prompt(ground.team.id)
    store.write_now(lambda tx: tx.prompts.insert(second))
    met = threading.Barrier(2)

    def lock(tx: SqlTransaction, first_id: str, then_id: str) -> None:
        tx.prompts.lock(first_id)
        with contextlib.suppress(threading.BrokenBarrierError):  # on SQLite, or the second time, one is alone
            met.wait(timeout=0.5)
        tx.prompts.lock(then_id)
        add_prompt(tx, ground.scope, ground.team.id)

    results = at_once(
        lambda: store.write_now(lambda tx: lock(tx, ground.prompt.id, second.id)),
        lambda: store.write_now(lambda tx: lock(tx, second.id, ground.prompt.id)),
    )
    assert errors(results) == []
    assert len(check_log(store)) == 2


def test_what_was_removed_between_finding_it_and_using_it_is_not_found(store: SqlStore, ground: Ground) -> None:
    removed = threading.Event()

    def remove() -> None:
        store.write_now(lambda tx: tx.teams.delete(ground.team.id))
        removed.set()

    def add(tx: Transaction) -> bool:
        found = tx.teams.get(ground.team.id)
        if found is None:
            return False
        if not remover.is_alive():
            remover.start()
            removed.wait(timeout=0 if store.engines.is_sqlite else 30)  # on SQLite who writes is alone
        tx.prompts.insert(make.prompt(found.id))
        return True

    remover = threading.Thread(target=remove)
    assert store.write_now(add) is store.engines.is_sqlite
    remover.join(timeout=30)
    assert removed.is_set()


def test_a_database_that_always_asks_again_is_unavailable(store: SqlStore) -> None:
    tries: list[None] = []

    def work(_: Transaction) -> None:
        tries.append(None)
        raise OperationalError("SELECT 1", {}, _AsksAgain())

    with pytest.raises(Unavailable):
        store.write_now(work)
    assert len(tries) == 5


@pytest.mark.parametrize("sql", ["SELECT nonsense", "SELECT * FROM nowhere", "no sql at all"])
def test_a_mistake_of_ours_stays_one(store: SqlStore, sql: str) -> None:
    for run in (store.read_now, store.write_now):
        with pytest.raises(DBAPIError):
            run(lambda tx: tx.users._connection.execute(text(sql)))


def test_an_error_shows_no_value(store: SqlStore, ground: Ground) -> None:
    version = make.version(ground.prompt.id, -1, message="a secret", author_id="a secret")
    with pytest.raises(IntegrityError) as caught:
        store.write_now(lambda tx: tx.versions.insert(version))
    shown = f"{caught.value!r} {caught.value} {caught.value.orig!r} {caught.value.orig}"
    assert "ck_versions_number" in shown
    assert "secret" not in shown
    assert version.id not in shown


def test_closing_finishes_what_runs(database: str, store: SqlStore) -> None:
    other = SqlStore.open(database)
    started = threading.Event()

    def work(tx: Transaction) -> None:
        started.set()
        tx.users.insert(make.user(), "hash")

    async def write_and_close() -> None:
        task = asyncio.create_task(other.write(work))
        await asyncio.to_thread(started.wait, 10)
        await asyncio.to_thread(other.close)
        await task

    asyncio.run(write_and_close())
    assert store.read_now(lambda tx: tx.users.exist())
