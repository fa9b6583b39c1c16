"""The one function that decides and writes, called as the use cases call it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import LabelRequest
from promptwire.domain.move_errors import MovedMeanwhile
from promptwire.domain.moves import Terms
from promptwire.domain.plans import relabelling
from promptwire.domain.subjects import OperatorSubject
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.calls import Act, Call
from promptwire.storage.store import SqlStore
from support import make
from support.make import Ground


def put(tx: Transaction, ground: Ground, number: int, *labels: str, expected: int | None) -> moves.Moved:
    act = Act(OperatorSubject(), Call(token=None, request_id="test", now=datetime.now(UTC)))
    version = tx.versions.by_number(ground.prompt.id, number)
    assert version
    plan = relabelling(ground.prompt, version, LabelRequest(add=labels), moves.leads(tx, ground.prompt))
    return moves.make(tx, act, plan, Terms(expected_version=expected))


@pytest.fixture
def ground(store: SqlStore) -> Ground:
    ground = store.write_now(Ground)
    versions = [make.version(ground.prompt.id, number) for number in (1, 2)]

    def add(tx: Transaction) -> None:
        for version in versions:
            tx.versions.insert(version)

    store.write_now(add)
    return ground


def test_a_move_from_where_it_was_expected_goes_through_and_any_other_changes_nothing(
    store: SqlStore, ground: Ground
) -> None:
    def refused(number: int, expected: int) -> str:
        with pytest.raises(MovedMeanwhile) as error:
            store.write_now(lambda tx: put(tx, ground, number, "prod", expected=expected))
        return str(error.value)

    assert refused(1, 2) == "'prod' is on no version, not on version 2: it moved meanwhile"
    store.write_now(lambda tx: put(tx, ground, 1, "prod", expected=0))
    assert refused(2, 0) == "'prod' is on version 1, not on no version: it moved meanwhile"
    assert refused(1, 2) == "'prod' is on version 1, not on version 2: it moved meanwhile"
    store.write_now(lambda tx: put(tx, ground, 2, "prod", expected=1))
    assert store.read_now(lambda tx: tx.labels.numbers(ground.prompt.id)) == [("prod", 2)]


def test_what_is_expected_of_several_labels_at_once_cannot_be_said(store: SqlStore, ground: Ground) -> None:
    with pytest.raises(InvalidInput, match="expected_version is for a call that moves one label"):
        store.write_now(lambda tx: put(tx, ground, 1, "a", "b", expected=0))
