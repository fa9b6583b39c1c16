"""A hundred writers move one label over fifty versions: one holder is left, and a chain of moves without a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import TypeAlias

from promptwire.domain.changes import Change
from promptwire.domain.labels import LabelRequest
from promptwire.domain.plans import promotion, relabelling
from promptwire.domain.subjects import OperatorSubject
from promptwire.domain.versions import Status
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.calls import Act, Call
from promptwire.storage.store import SqlStore
from support import make
from support.log import check_log
from support.make import AT, Ground

WRITERS, VERSIONS = 100, 50


def ground(store: SqlStore) -> Ground:
    made = store.write_now(Ground)

    def add(tx: Transaction) -> None:
        for number in range(1, VERSIONS + 1):
            tx.versions.insert(make.version(made.prompt.id, number, status=Status.STABLE))

    store.write_now(add)
    return made


Move: TypeAlias = Callable[[Transaction, Ground, int], None]


def all_at_once(store: SqlStore, made: Ground, move: Move) -> None:
    """Let every writer move it to some version, all of them waiting for the store at once."""
    random = Random(made.prompt.id)  # noqa: S311 - any order will do

    async def write() -> None:
        numbers = [random.randint(1, VERSIONS) for _ in range(WRITERS)]
        await asyncio.gather(*(store.write(lambda tx, to=to: move(tx, made, to)) for to in numbers))  # type: ignore[misc]

    asyncio.run(write())


def label(tx: Transaction, made: Ground, number: int) -> None:
    prompt = tx.prompts.lock(made.prompt.id)
    version = tx.versions.by_number(made.prompt.id, number)
    assert prompt
    assert version
    moves.make(tx, _act(), relabelling(prompt, version, LabelRequest(add=("prod",)), moves.leads(tx, prompt)))


def live(tx: Transaction, made: Ground, number: int) -> None:
    prompt = tx.prompts.lock(made.prompt.id)
    version = tx.versions.by_number(made.prompt.id, number)
    assert prompt
    assert version
    moves.make(tx, _act(), promotion(prompt, version, Status.LIVE, moves.leads(tx, prompt)))


def _act() -> Act:
    return Act(OperatorSubject(), Call(token=None, request_id=make.new_id(), now=AT))


def story(store: SqlStore, made: Ground, kind: str) -> list[Change]:
    told = (entry.change for entry in check_log(store))
    return [one for one in told if one.prompt_id == made.prompt.id and one.object_kind == kind]


def test_a_hundred_writers_of_one_label_leave_one_holder_and_an_unbroken_chain(store: SqlStore) -> None:
    made = ground(store)
    all_at_once(store, made, label)

    chain = story(store, made, "label")
    assert len(chain) > VERSIONS
    assert [change.action for change in chain] == ["label.set", *["label.moved"] * (len(chain) - 1)]
    assert chain[0].before == {}
    for earlier, later in pairwise(chain):
        assert later.before == earlier.after
        assert later.before != later.after
    holders = store.read_now(lambda tx: tx.labels.holders(made.prompt.id))
    assert holders == {"prod": chain[-1].after["version_id"]}


def test_a_hundred_writers_of_the_live_status_leave_one_and_an_unbroken_chain(store: SqlStore) -> None:
    made = ground(store)
    all_at_once(store, made, live)

    chain = story(store, made, "version")
    promoted, displaced = (
        [one.object_id for one in chain if one.action == action] for action in ("version.promoted", "version.displaced")
    )
    assert len(promoted) > VERSIONS
    assert displaced == promoted[:-1]
    assert [one.action for one in chain] == [
        "version.promoted",
        *["version.displaced", "version.promoted"] * len(displaced),
    ]
    serving = store.read_now(lambda tx: tx.versions.of_prompt(made.prompt.id, Status.LIVE, ()))
    assert [version.id for version in serving] == promoted[-1:]
