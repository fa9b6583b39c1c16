"""Memory on a real store: what is read once, what is dropped, and what a change in the middle of reading does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from promptwire.domain.changes import Scope
from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import DomainError, NotFound, Unauthenticated
from promptwire.domain.versions import ByLabel, ByLive, ByNumber, Reference, Status
from promptwire.integrations.schemas import JsonSchemas
from promptwire.ports.storage import Transaction
from promptwire.readmodel.finding import Wanted
from promptwire.readmodel.model import ReadModel
from promptwire.storage.feed import SqlFeed
from promptwire.storage.store import SqlStore
from support import make
from support.waiting import eventually


class Gate:
    """The store, whose reads wait after they are done and before their result is handed on, where that is asked for."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.reads = 0
        self.opened = asyncio.Event()
        self.opened.set()
        self.read_one = asyncio.Event()

    async def read(self, work: Callable[[Any], Any]) -> Any:
        self.reads += 1
        result = await self.store.read(work)
        self.read_one.set()
        await self.opened.wait()
        return result

    async def write(self, work: Callable[[Any], Any]) -> Any:
        return await self.store.write(work)

    async def scrub(self) -> None:
        await self.store.scrub()

    def shut(self) -> None:
        self.opened.clear()
        self.read_one.clear()


class Scene:
    """A prompt with three versions, a key that reads it, and the memory of a process that follows the log."""

    def __init__(self, store: SqlStore, memory: int = 2**26) -> None:
        self.store = store
        self.gate = Gate(store)
        self.model = ReadModel(self.gate, JsonSchemas(), "exact", memory=memory)
        self.org, self.user = make.organization(), make.user()
        self.team = make.team(self.org.id)
        self.prompt = make.prompt(self.team.id, last_number=3)
        self.key = make.key(self.org.id, self.user.id)
        self.authorization = self._secret()
        self.versions = [
            make.version(self.prompt.id, number, status=Status.LIVE if number == 1 else Status.STABLE)
            for number in (1, 2, 3)
        ]
        store.write_now(self._fill)

    def _secret(self) -> bytes:
        self.token = f"ak_{uuid4().hex}"
        return f"Bearer {self.token}".encode()

    def _fill(self, tx: Transaction) -> None:
        tx.organizations.insert(self.org)
        tx.users.insert(self.user, "hash")
        tx.teams.insert(self.team)
        tx.keys.insert(self.key, token_hash(self.token))
        tx.prompts.insert(self.prompt)
        for version in self.versions:
            tx.versions.insert(version)
        tx.labels.put(make.placement(self.versions[1], "prod"))

    async def ask(self, reference: Reference = ByLive(), slug: str | None = None, team: str | None = None) -> int:  # noqa: B008 - a constant
        """Give the number of the version that is meant, from memory or the store."""
        wanted = Wanted(slug or self.prompt.slug, reference, team)
        reader = self.model.reader(self.authorization)
        found = self.model.find(reader, wanted) if reader else None
        if found is None:
            _, found = await self.model.load(self.authorization, wanted)
        return found.version.version.number

    async def move_label(self, number: int) -> None:
        """Put the label on another version."""
        placement = make.placement(self.versions[number - 1], "prod")

        def work(tx: Transaction) -> None:
            tx.labels.put(placement)
            self.record(tx, "label.moved", prompt_id=self.prompt.id, object_id="prod")

        await self.store.write(work)

    async def end_key(self) -> None:
        """Revoke the key."""

        def work(tx: Transaction) -> None:
            tx.keys.revoke(self.key.id, datetime.now(UTC))
            self.record(tx, "key.deleted", object_id=self.key.id)

        await self.store.write(work)

    def record(self, tx: Transaction, action: str, **fields: Any) -> None:
        """Note a change in the log."""
        tx.record(make.change(Scope("org", self.org.id), action=action, **fields))


@asynccontextmanager
async def following(store: SqlStore) -> AsyncIterator[Scene]:
    scene, feed = Scene(store), SqlFeed(store)
    feed.subscribe(scene.model)
    await feed.start()
    try:
        yield scene
    finally:
        await feed.close()


def play(store: SqlStore, act: Callable[[Scene], Awaitable[None]]) -> None:
    async def main() -> None:
        async with following(store) as scene:
            await act(scene)

    asyncio.run(main())


PROD = ByLabel("prod")


def test_what_was_asked_for_once_is_not_read_again(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        for _ in range(3):
            assert (await scene.ask(), await scene.ask(PROD), await scene.ask(ByNumber(3))) == (1, 2, 3)
            with pytest.raises(NotFound, match="version not found"):
                await scene.ask(ByLabel("nope"))
            with pytest.raises(NotFound, match="prompt not found"):
                await scene.ask(slug="nope")
        assert scene.gate.reads == 5

    play(store, act)


def test_a_change_is_read_at_once_and_touches_nothing_else(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        other = make.prompt(scene.team.id, last_number=1)
        version = make.version(other.id, 1, status=Status.LIVE)

        def add(tx: Transaction) -> None:
            tx.prompts.insert(other)
            tx.versions.insert(version)
            scene.record(tx, "prompt.created", after={"slug": other.slug})

        with pytest.raises(NotFound):
            await scene.ask(slug=other.slug)
        await scene.store.write(add)
        assert await scene.ask(slug=other.slug) == 1
        assert await scene.ask(PROD) == 2
        reads = scene.gate.reads
        for number in (3, 1, 2):
            await scene.move_label(number)
            assert await scene.ask(PROD) == number
            assert await scene.ask(slug=other.slug) == 1
        assert scene.gate.reads == reads + 3

    play(store, act)


@pytest.mark.parametrize("late", [0, 3])
def test_what_was_read_before_a_change_and_comes_after_it_is_not_kept(store: SqlStore, late: int) -> None:
    async def act(scene: Scene) -> None:
        scene.gate.shut()
        early = asyncio.create_task(scene.ask(PROD))
        await scene.gate.read_one.wait()
        await scene.move_label(3)
        others = [asyncio.create_task(scene.ask(PROD)) for _ in range(late)]  # not to be told what the early one read
        await asyncio.sleep(0)
        scene.gate.opened.set()
        assert await early == 2  # it asked before the change was there
        assert await asyncio.gather(*others) == [3] * late
        assert await scene.ask(PROD) == 3

    play(store, act)


def test_a_key_that_ends_while_it_is_being_read_is_not_kept(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        scene.gate.shut()
        early = asyncio.create_task(scene.ask())
        await scene.gate.read_one.wait()
        await scene.end_key()
        scene.gate.opened.set()
        assert await early == 1
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                await scene.ask()

    play(store, act)


def test_everything_is_read_again_when_the_log_was_lost(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        assert await scene.ask(PROD) == 2
        scene.gate.shut()
        early = asyncio.create_task(scene.ask(ByNumber(1)))
        await scene.gate.read_one.wait()
        scene.model.lost()
        scene.gate.opened.set()
        await early
        reads = scene.gate.reads
        assert (await scene.ask(PROD), await scene.ask(ByNumber(1))) == (2, 1)
        assert scene.gate.reads == reads + 2

    play(store, act)


def test_who_asks_the_same_at_once_waits_for_one_reading(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        assert await asyncio.gather(*(scene.ask(PROD) for _ in range(50))) == [2] * 50
        assert scene.gate.reads == 1

    play(store, act)


def test_who_stops_waiting_takes_nothing_from_the_others(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        scene.gate.shut()
        first, second = (asyncio.create_task(scene.ask(PROD)) for _ in range(2))
        await scene.gate.read_one.wait()
        first.cancel()
        scene.gate.opened.set()
        assert await second == 2
        assert first.cancelled()
        assert scene.gate.reads == 1

    play(store, act)


def test_a_key_that_expires_ends_by_itself(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        soon = datetime.now(UTC) + timedelta(seconds=0.3)
        await scene.store.write(lambda tx: tx.keys.update(replace(scene.key, expires_at=soon)))
        assert await scene.ask() == 1
        await asyncio.to_thread(eventually, lambda: datetime.now(UTC) > soon)
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                await scene.ask()
        assert scene.gate.reads == 2

    play(store, act)


def test_unknown_tokens_slugs_and_labels_are_remembered_within_bounds(store: SqlStore) -> None:
    async def act(scene: Scene) -> None:
        for at in range(200):
            for ask in (scene.ask(ByLabel(f"l{at}")), scene.ask(slug=f"s{at}"), scene.ask(ByLabel("x" * 5000))):
                with pytest.raises(DomainError):
                    await ask
        good, scene.authorization = scene.authorization, b"Bearer nobody"
        reads = scene.gate.reads
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                await scene.ask()
        assert scene.gate.reads == reads + 1
        scene.authorization = good
        model = scene.model
        assert len(model._prompts) == 1
        assert len(model._prompts.all()[0].versions) <= 70
        assert sum(shelf.size for shelf in (model._owners, model._unknown, model._prompts, model._readers)) < 400_000

    play(store, act)


def test_memory_is_bounded_in_bytes(store: SqlStore) -> None:
    async def main() -> None:
        scene = Scene(store, memory=40_000)
        prompts = [make.prompt(scene.team.id, last_number=1) for _ in range(40)]

        def fill(tx: Transaction) -> None:
            for one in prompts:
                tx.prompts.insert(one)
                tx.versions.insert(make.version(one.id, 1, status=Status.LIVE))

        store.write_now(fill)
        for _ in range(2):
            for one in prompts:
                assert await scene.ask(slug=one.slug) == 1
        assert 0 < scene.model._prompts.size <= 20_000
        assert scene.model._owners.size <= 10_000

    asyncio.run(main())
