"""Writing down what was used, on a real store: once, together with others, and not at all where that is too late."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from promptwire.domain.errors import Unavailable
from promptwire.domain.keeping import Keeping
from promptwire.domain.processes import KEPT_FOR
from promptwire.domain.use import API, Batch, Counts, Received, UseKey
from promptwire.domain.versions import Status
from promptwire.readmodel import use as memory
from promptwire.readmodel.use import Use
from promptwire.server.use_writer import UseWriter
from promptwire.services import reports, upkeep
from promptwire.storage.store import SqlStore
from promptwire.wire.use import Reporter, Served, Used, UseReport
from support import make
from support.forgetting import forget_all
from support.make import AT, Ground


class Fleet:
    """A prompt with two versions, and processes that report."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.ground = store.write_now(Ground)
        self.prompt = self.ground.prompt.id
        for number in (1, 2):
            version = make.version(self.prompt, number, status=Status.STABLE)
            store.write_now(lambda tx, version=version: tx.versions.insert(version))  # type: ignore[misc]

    def received(self, process: str, number: int, version: int = 1, renders: int = 1, at: datetime = AT) -> Received:
        report = UseReport(
            process=Reporter(id=process),
            number=number,
            serves=(Served(prompt_id=self.prompt, version=version, label="prod"),),
            uses=(Used(prompt_id=self.prompt, version=version, label="prod", renders=renders),),
        )
        return Received(owner="org:1", teams={self.ground.team.id: self.ground.team}, report=report, at=at)

    def write(self, *received: Received, counts: dict[UseKey, Counts] | None = None) -> None:
        batch = Batch(at=AT, counts=counts or {}, reports=list(received))
        self.store.write_now(lambda tx: reports.write(tx, batch))

    def renders(self) -> dict[tuple[int, str], int]:
        found = self.store.read_now(lambda tx: tx.use.lifetimes(self.prompt))
        return {(one.key.version, one.key.source): one.counts.renders for one in found}

    def serving(self, since: datetime = AT) -> list[tuple[int, datetime]]:
        found = self.store.read_now(lambda tx: tx.processes.of_prompt(self.prompt, since))
        return sorted((serving.version, serving.since) for _, serving in found)


@pytest.fixture
def fleet(store: SqlStore) -> Fleet:
    return Fleet(store)


def test_the_same_reports_brought_by_many_at_once_count_once(fleet: Fleet) -> None:
    names = [uuid4().hex for _ in range(5)]

    def bring(turn: int) -> None:
        order = names if turn % 2 else names[::-1]
        fleet.write(*(fleet.received(name, number) for number in (1, 2, 3) for name in order))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(bring, range(24)))
    assert fleet.renders() == {(1, "server"): 15}
    assert len(fleet.serving()) == 5


def test_what_a_process_serves_has_a_time_and_comes_back_with_a_new_one(fleet: Fleet) -> None:
    later = [AT + timedelta(minutes=minutes) for minutes in range(4)]
    for number, (at, version) in enumerate(zip(later, (1, 1, 2, 1), strict=True), 1):
        fleet.write(fleet.received("a", number, version, at=at))
    assert fleet.serving() == [(1, later[3])]
    fleet.write(fleet.received("b", 1, 2, at=later[1]))
    assert fleet.serving() == [(1, later[3]), (2, later[1])]
    assert fleet.serving(later[2]) == [(1, later[3])], "one that is silent for long is gone"


def test_a_prompt_that_went_meanwhile_takes_nothing_else_along(fleet: Fleet) -> None:
    gone = str(uuid4())
    counts = {UseKey(gone, 1, "live", API): Counts(renders=1), UseKey(fleet.prompt, 1, "live", API): Counts(renders=2)}
    fleet.write(fleet.received("a", 1), counts=counts)
    assert fleet.renders() == {(1, API): 2, (1, "server"): 1}


def test_processes_are_forgotten_a_week_after_they_were_heard_of_and_scores_in_their_time(fleet: Fleet) -> None:
    fleet.write(fleet.received("old", 1), fleet.received("new", 1, at=AT + timedelta(days=3)))
    now = AT + KEPT_FOR + timedelta(days=1)
    assert fleet.store.write_now(lambda tx: forget_all(tx, now, Keeping())) is False
    assert len(fleet.serving()) == 1
    assert fleet.renders() == {(1, "server"): 2}


def test_hours_are_forgotten_in_small_parts(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    for hours in range(5):
        counts = {UseKey(fleet.prompt, 1, "live", API): Counts(renders=1)}
        batch = Batch(at=AT + timedelta(hours=hours), counts=counts)
        fleet.store.write_now(lambda tx, batch=batch: reports.write(tx, batch))  # type: ignore[misc]
    later, keeping = AT + timedelta(days=400), Keeping()
    turns = 1
    while fleet.store.write_now(lambda tx: forget_all(tx, later, keeping)):
        turns += 1
    assert turns == 3
    assert fleet.renders() == {(1, API): 5}


class Failing:
    """The store, which fails in the ways it is told to first."""

    def __init__(self, store: SqlStore, *failures: Exception) -> None:
        self.store = store
        self.failures = list(failures)

    async def read(self, work: Any) -> Any:
        return await self.store.read(work)

    async def write(self, work: Any) -> Any:
        if self.failures:
            raise self.failures.pop(0)
        return await self.store.write(work)

    async def scrub(self) -> None:
        await self.store.scrub()


def written(fleet: Fleet, *failures: Exception, times: int = 1) -> dict[tuple[int, str], int]:
    """Take a report and have it written down so often, by a store that fails so; gives what was counted."""

    async def main() -> None:
        use = Use()
        use.named(fleet.prompt, 1, "live")
        use.receive(fleet.received("a", 1))
        writer = UseWriter(Failing(fleet.store, *failures), use)
        for _ in range(times):
            await writer.write()

    asyncio.run(main())
    return fleet.renders()


def test_what_cannot_be_written_while_the_store_is_away_is_written_later(fleet: Fleet) -> None:
    assert written(fleet, Unavailable()) == {}
    assert written(fleet, Unavailable(), Unavailable(), times=3) == {(1, API): 0, (1, "server"): 1}


def test_a_mistake_is_tried_once_more_and_then_holds_nobody_up(fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
    assert written(fleet, KeyError("x"), KeyError("x"), times=3) == {}
    assert "could not write down what was used" in caplog.text
    assert written(fleet, KeyError("x")) == {(1, API): 0, (1, "server"): 1}


def test_memory_is_bounded_while_the_store_is_away(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST_ROWS", 9)
    use = Use()
    for number in range(1, 4):
        use.receive(fleet.received("a", number))
    with pytest.raises(Unavailable):
        use.receive(fleet.received("a", 4))
    batch = use.take(datetime.now(UTC))
    assert batch
    use.receive(fleet.received("a", 5))
    use.put_back(batch)
    kept = use.take(datetime.now(UTC))
    assert kept
    assert [one.report.number for one in kept.reports] == [1, 2, 5]


def test_where_nothing_is_counted_nothing_is_kept() -> None:
    use = Use(counts=False)
    use.named("p", 1, "live")
    assert use.take(datetime.now(UTC)) is None
