"""The feed tells what was committed, in the order of the log and without a gap, whoever wrote it and whatever broke."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from threading import get_ident

import psycopg
import pytest
from sqlalchemy import text

from promptwire.domain.changes import INSTANCE, Entry, Scope
from promptwire.ports.feed import Position
from promptwire.ports.storage import Transaction
from promptwire.storage import changes
from promptwire.storage import feed as feeds
from promptwire.storage.store import SqlStore
from support import make
from support.listener import Listener, following, until
from support.log import check_log
from support.make import Ground
from support.postgres import Postgres
from support.writers import migrate_database, processes, write_prompts

HEALED = 2.0
"""Seconds within which a lost notification or a restarted database heals (issue 8)."""

ANOTHER_EPOCH = "UPDATE store_meta SET epoch = :epoch"


def write(tx: Transaction) -> None:
    tx.record(make.change(INSTANCE))


def run_sql(store: SqlStore, *statements: str, **values: str) -> None:
    with store.engines.writer.connect() as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement), values)


def write_what_cannot_be_read(store: SqlStore) -> None:
    with store.engines.writer.connect() as connection, connection.begin():
        changes.Changes(connection).append([make.change(INSTANCE)])
        connection.execute(text("UPDATE changes SET before = 'broken'"))


def test_what_this_process_writes_is_told_before_the_write_is_answered(store: SqlStore) -> None:
    async def main() -> None:
        async with following(store) as (feed, listener):
            for seq in range(1, 51):
                await store.write(write)
                assert listener.seqs[-1] == feed.position.seq == seq
            assert listener.entries == check_log(store)
            assert listener.threads == {get_ident()}

    asyncio.run(main())


def test_writers_that_commit_at_once_are_told_in_the_order_of_the_log_each_before_its_answer(store: SqlStore) -> None:
    async def one(listener: Listener) -> None:
        def work(tx: Transaction) -> str:
            change = make.change(INSTANCE)
            tx.record(change)
            return change.object_id

        for _ in range(20):
            object_id = await store.write(work)
            assert object_id in {entry.change.object_id for entry in listener.entries}

    async def main() -> None:
        async with following(store) as (_, listener):
            await asyncio.gather(*(one(listener) for _ in range(8)))
            assert listener.seqs == list(range(1, 161))

    asyncio.run(main())


def test_what_other_processes_write_is_told_once_and_without_a_gap(
    store: SqlStore, database: str, ground: Ground
) -> None:
    scope = Scope("org", ground.org.id)

    async def main() -> None:
        async with following(store) as (_, listener):
            with processes(2) as pool:
                others = [pool.submit(write_prompts, database, scope, ground.team.id, 30) for _ in range(2)]
                while not all(other.done() for other in others):
                    await store.write(write)
            [other.result() for other in others]
            head = check_log(store)[-1].seq
            await until(lambda: listener.seqs[-1] == head)
            assert listener.entries == check_log(store)[-len(listener.entries) :]
            assert listener.seqs == list(range(listener.seqs[0], head + 1))
            assert len(listener.entries) > 60
            assert listener.lost_times == 0

    asyncio.run(main())


def test_another_process_is_heard_soon(store: SqlStore, database: str) -> None:
    async def main() -> None:
        with contextlib.closing(SqlStore.open(database)) as other:
            async with following(store) as (_, listener):
                took = []
                for _ in range(30):
                    told = len(listener.seqs)
                    await asyncio.to_thread(other.write_now, write)
                    took.append(await until(partial(listener.has_more_than, told)))
                assert sorted(took)[-2] < 0.25, took

    asyncio.run(main())


def test_a_notification_that_is_lost_heals(store: SqlStore, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with following(store) as (_, listener):
            monkeypatch.setattr(changes, "CHANNEL", "where_nobody_listens")
            with contextlib.closing(SqlStore.open(database)) as other:
                await asyncio.to_thread(other.write_now, write)
            await until(lambda: listener.seqs == [1], HEALED)

    asyncio.run(main())


def test_a_feed_whose_connections_break_goes_on_where_it_was(postgres: Postgres) -> None:
    database = postgres.new_database()
    migrate_database(database)

    async def main() -> None:
        with contextlib.closing(SqlStore.open(database)) as store, contextlib.closing(SqlStore.open(database)) as other:
            async with following(store) as (feed, listener):
                await store.write(write)
                with psycopg.connect(database, autocommit=True) as connection:
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                    )
                await asyncio.to_thread(other.write_now, write)
                await until(lambda: listener.seqs == [1, 2], HEALED)
                await until(lambda: feed.behind < 0.5, HEALED)
                await asyncio.to_thread(other.write_now, write)
                await until(lambda: listener.seqs == [1, 2, 3], HEALED)
                assert listener.lost_times == 0

    asyncio.run(main())


def test_a_store_of_another_epoch_makes_everybody_start_over(store: SqlStore, database: str) -> None:
    epoch = make.new_id()

    async def main() -> None:
        await store.write(write)
        async with following(store) as (feed, listener):
            with contextlib.closing(SqlStore.open(database)) as other:
                before = feed.position.epoch
                await asyncio.to_thread(run_sql, other, ANOTHER_EPOCH, epoch=epoch)
                await until(lambda: listener.lost_times == 1, HEALED)
                assert feed.position == Position(epoch, 1)
                await asyncio.to_thread(other.write_now, write)
                await until(lambda: listener.seqs == [2], HEALED)
                await asyncio.to_thread(run_sql, other, ANOTHER_EPOCH, epoch=before)
                await until(lambda: listener.lost_times == 2, HEALED)

    asyncio.run(main())


def test_a_log_that_has_become_shorter_makes_everybody_start_over(store: SqlStore, database: str) -> None:
    async def main() -> None:
        for _ in range(3):
            await store.write(write)
        async with following(store) as (feed, listener):
            with contextlib.closing(SqlStore.open(database)) as other:
                cut = ("DELETE FROM changes WHERE seq > 1", "UPDATE change_counter SET last_seq = 1")
                await asyncio.to_thread(run_sql, other, *cut)
                await until(lambda: listener.lost_times > 0, HEALED)
                assert feed.position.seq == 1

    asyncio.run(main())


def test_who_is_too_far_behind_starts_over(store: SqlStore, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_TOO_MANY", 3)

    def many(tx: Transaction) -> None:
        for _ in range(4):
            write(tx)

    async def main() -> None:
        async with following(store) as (feed, listener):
            with contextlib.closing(SqlStore.open(database)) as other:
                await asyncio.to_thread(other.write_now, many)
                await until(lambda: listener.lost_times == 1, HEALED)
                assert feed.position.seq == 4
                await store.write(write)
                assert listener.seqs == [5]

    asyncio.run(main())


def test_a_subscriber_that_fails_is_told_that_all_is_lost_and_the_write_is_answered(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Listener):
        def changed(self, entries: Sequence[Entry]) -> None:
            raise RuntimeError(f"{len(entries)} too many")

    async def main() -> None:
        async with following(store) as (feed, listener):
            failing = Failing()
            feed.subscribe(failing)
            await store.write(write)
            assert (failing.lost_times, listener.seqs) == (1, [1])

    asyncio.run(main())
    assert "a change could not be taken in" in caplog.text


def test_a_write_is_answered_though_what_others_wrote_before_cannot_be_read(
    store: SqlStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "CHANNEL", "where_nobody_listens")  # so that only the writer finds what is missing

    async def main() -> None:
        with contextlib.closing(SqlStore.open(database)) as other:
            async with following(store, every=60) as (feed, listener):
                await asyncio.to_thread(write_what_cannot_be_read, other)
                await store.write(write)
                assert (listener.lost_times, feed.position.seq) == (1, 2)
                await store.write(write)
                assert listener.seqs in ([3], [2, 3]), (
                    "2 is told where the thread that follows found first what cannot be read"
                )

    asyncio.run(main())
