"""Checks made between two runs of a unit of work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from promptwire.domain.checking import CheckSubject
from promptwire.domain.checks import Finding
from promptwire.domain.errors import Unavailable
from promptwire.integrations.checker import ThreadChecker
from promptwire.integrations.schemas import JsonSchemas
from promptwire.ports.storage import Transaction
from promptwire.services.checks import Look, checked_ahead, findings, gather
from promptwire.storage.store import SqlStore
from support import make
from support.contents import text
from support.units import writing


@pytest.fixture
def checker() -> Iterator[ThreadChecker]:
    checker = ThreadChecker(JsonSchemas(), "exact")
    yield checker
    checker.close()


@pytest.fixture
def prompt(store: SqlStore) -> str:
    """A prompt with a live version 1, a draft 2 that breaks its callers, and a payload that only 1 renders."""
    org = make.organization()
    team = make.team(org.id)
    prompt = make.prompt(team.id, last_number=2)

    def fill(tx: Transaction) -> None:
        tx.organizations.insert(org)
        tx.teams.insert(team)
        tx.prompts.insert(prompt)
        for number, template in enumerate(("{{.name}}", "{{.nom}}"), 1):
            tx.versions.insert(make.version(prompt.id, number, content=text(template)))
        tx.payloads.insert(make.payload(prompt.id, name="Ada"))

    store.write_now(fill)
    return prompt.id


def check(tx: Transaction, prompt_id: str, look: Look) -> tuple[Finding, ...]:
    prompt, version = tx.prompts.lock(prompt_id), tx.versions.by_number(prompt_id, 2)
    assert prompt
    assert version
    return findings(tx, prompt, version, look=look, replaces=tx.versions.by_number(prompt_id, 1))


def test_a_unit_of_work_runs_again_when_the_checks_are_made(
    store: SqlStore, prompt: str, checker: ThreadChecker
) -> None:
    runs: list[str] = []

    def work(tx: Transaction, look: Look) -> tuple[Finding, ...]:
        runs.append("begun")
        tx.payloads.insert(make.payload(prompt, name=f"run {len(runs)}"))
        return check(tx, prompt, look)

    def look_only(tx: Transaction, look: Look) -> tuple[Finding, ...]:
        runs.append("begun")
        return check(tx, prompt, look)

    found = asyncio.run(checked_ahead(checker, lambda look: store.write(lambda tx: look_only(tx, look))))
    assert [(one.check.value, one.path) for one in found] == [
        ("renders", ""),
        ("breaking", "nom"),
        ("breaking", "name"),
    ]
    assert runs == ["begun", "begun"]
    with pytest.raises(Unavailable):
        asyncio.run(checked_ahead(checker, lambda look: store.write(lambda tx: work(tx, look))))
    assert len(store.read_now(lambda tx: tx.payloads.of_prompt(prompt))) == 1
    assert len(runs) == 7


def test_what_was_found_is_remembered_until_the_world_moves(
    store: SqlStore, prompt: str, checker: ThreadChecker
) -> None:
    def subject(tx: Transaction) -> CheckSubject:
        known, version = tx.prompts.get(prompt), tx.versions.by_number(prompt, 2)
        assert known
        assert version
        return gather(tx, known, version, replaces=None)

    async def twice() -> tuple[object, object]:
        first = await checker.findings(await store.read(subject))
        return first, await checker.findings(await store.read(subject))

    first, second = asyncio.run(twice())
    assert first is second
    store.write_now(lambda tx: tx.payloads.insert(make.payload(prompt, variables='{"nom": 1}')))
    third = asyncio.run(checker.findings(store.read_now(subject)))
    assert third == first
    assert third is not first


def test_the_newest_payloads_that_fit_together_are_gathered(store: SqlStore, prompt: str) -> None:
    tx = writing(store)
    for at in range(4):
        tx.payloads.insert(make.payload(prompt, name=str(at), variables="x" * 10, created_at=make.LATER))
    newest = store.read_now(lambda tx: tx.payloads.newest(prompt, 3, 1000))
    assert [one.name for one in newest] == [
        one.name for one in store.read_now(lambda tx: tx.payloads.of_prompt(prompt))
    ][:3]
    assert len(store.read_now(lambda tx: tx.payloads.newest(prompt, 3, 25))) == 2
    assert len(store.read_now(lambda tx: tx.payloads.newest(prompt, 30, 1000))) == 5
    assert store.read_now(lambda tx: tx.payloads.newest(prompt, 3, 5)) == []
    assert store.read_now(lambda tx: tx.payloads.count(prompt)) == 5
