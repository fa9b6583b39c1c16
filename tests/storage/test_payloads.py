"""Payloads, and pages of lists, in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from promptwire.domain.pages import Cut, Moment, moment_of
from promptwire.domain.payloads import Payload
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import prompts
from support import make
from support.make import AT, Ground


def payload(prompt_id: str, **fields: Any) -> Payload:
    given = {"id": make.new_id(), "prompt_id": prompt_id, "name": None, "variables": "{}"}
    return Payload(**{**given, "created_at": AT, "updated_at": AT, **fields})


def test_a_payload_comes_back_as_it_was_put(read: Transaction, write: Transaction, ground: Ground) -> None:
    one = payload(ground.prompt.id, name="é" * 255, variables='{"b": 1.0, "a": "\\u0000", "b": 1e400}')
    write.payloads.insert(one)
    assert read.payloads.get(one.id) == one
    changed = replace(one, name="", variables="null", updated_at=make.LATER)
    write.payloads.update(changed)
    assert read.payloads.get(one.id) == changed
    write.payloads.delete(one.id)
    assert read.payloads.get(one.id) is None


def test_payloads_go_with_their_prompt(store: SqlStore, write: Transaction, ground: Ground) -> None:
    one = payload(ground.prompt.id)
    write.payloads.insert(one)
    with store.engines.writer.begin() as connection:
        connection.execute(delete(prompts).where(prompts.c.id == ground.prompt.id))
    assert store.read_now(lambda tx: tx.payloads.get(one.id)) is None


def test_what_is_as_old_as_another_comes_by_id(read: Transaction, write: Transaction, ground: Ground) -> None:
    same = sorted((payload(ground.prompt.id) for _ in range(5)), key=lambda one: one.id)
    older = payload(ground.prompt.id, created_at=AT - timedelta(microseconds=1))
    newer = payload(ground.prompt.id, created_at=make.LATER)
    for one in (*same[::-1], older, newer, payload(_other_prompt(write, ground))):
        write.payloads.insert(one)
    listed = [newer, *same, older]
    assert read.payloads.of_prompt(ground.prompt.id, None) == listed
    for at, one in enumerate(listed):
        cut = Cut(limit=2, after=moment_of(one))
        assert read.payloads.of_prompt(ground.prompt.id, cut) == listed[at + 1 : at + 4]
    assert read.payloads.of_prompt(ground.prompt.id, Cut(limit=3)) == listed[:4]


def _other_prompt(write: Transaction, ground: Ground) -> str:
    other = make.prompt(ground.team.id)
    write.prompts.insert(other)
    return other.id


@pytest.mark.parametrize("after", [0, 1, 10**17])
def test_a_page_of_versions_may_begin_anywhere(
    read: Transaction, write: Transaction, ground: Ground, after: int
) -> None:
    version = make.version(ground.prompt.id, 1)
    write.versions.insert(version)
    found = read.versions.of_prompt(ground.prompt.id, None, (), Cut(limit=5, after=after))
    assert found == ([version] if after > 1 else [])


def test_a_page_may_begin_at_what_is_gone(read: Transaction, write: Transaction, ground: Ground) -> None:
    one = payload(ground.prompt.id)
    write.payloads.insert(one)
    gone = Moment(make.LATER, make.new_id())
    assert read.payloads.of_prompt(ground.prompt.id, Cut(limit=1, after=gone)) == [one]
