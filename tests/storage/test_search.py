"""Prompts are found by what they are called and by what their versions say, alike on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from promptwire.domain.pages import Cut
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.search import AnyPlace, Newest, Overview, Sort, Wanted, parse_query
from promptwire.domain.versions import Purge, Status, Version
from promptwire.ports.storage import Transaction
from promptwire.storage.migrations.versions import revision_0014_search
from promptwire.storage.search_tables import search_names, search_texts
from promptwire.storage.store import SqlStore
from promptwire.wire.content import Content
from support import make
from support.make import AT, Ground


def prompt(write: Transaction, ground: Ground, name: str, *texts: str, **fields: Any) -> Prompt:
    """Add a prompt with a draft of each text."""
    made = make.prompt(ground.team.id, name=name, **fields)
    write.prompts.insert(made)
    for number, text in enumerate(texts, 1):
        write.versions.insert(make.version(made.id, number, content=Content(template=text)))
    return made


def found(read: Transaction, ground: Ground, query: str = "", **wanted: Any) -> list[str]:
    hits = read.search.find(ground.team.id, Wanted(words=parse_query(query), **wanted))
    return [hit.prompt.name for hit in hits]


def test_every_word_is_in_the_names_or_in_one_version(read: Transaction, write: Transaction, ground: Ground) -> None:
    prompt(write, ground, "Support/Greeting", "Hello {{.name}}", "Good day", description="for Customers")
    prompt(write, ground, "Billing", "Hello, you owe {{.amount}}%")
    assert found(read, ground, "GREET customers") == ["Support/Greeting"]
    assert found(read, ground, "support hello") == ["Support/Greeting"]
    assert found(read, ground, "hello day") == []
    assert found(read, ground, "{{.AMOUNT}}%") == ["Billing"]
    assert found(read, ground, "_") == []
    assert found(read, ground, "a\0b") == []
    assert sorted(found(read, ground, "hello")) == ["Billing", "Support/Greeting"]


def test_a_version_is_found_by_what_it_says_now(read: Transaction, write: Transaction, ground: Ground) -> None:
    made = prompt(write, ground, "Changing", "before")
    [version] = read.versions.of_prompt(made.id, None, ())
    write.versions.set_content(replace(version, content=Content(template="afterwards")))
    assert (found(read, ground, "before"), found(read, ground, "afterwards")) == ([], ["Changing"])
    write.prompts.update(replace(made, description="described"))
    assert found(read, ground, "described") == ["Changing"]
    write.versions.delete(version.id)
    assert found(read, ground, "afterwards") == []


def test_nothing_is_left_to_be_found_of_a_purged_text(
    read: Transaction, write: Transaction, ground: Ground, store: SqlStore
) -> None:
    made = prompt(write, ground, "Purged", "the Secret")
    [version] = read.versions.of_prompt(made.id, None, ())
    assert found(read, ground, "secret") == ["Purged"]
    write.versions.erase(version, Purge(at=AT, by=("user", "x"), reason="leaked"))
    assert found(read, ground, "secret") == []
    with store.engines.reader.connect() as connection:
        assert "secret" not in str(connection.execute(select(search_texts)).all())


def test_a_list_is_narrowed_down(read: Transaction, write: Transaction, ground: Ground) -> None:
    made = prompt(write, ground, "Support/EU/Hello", "x", created_by="maker")
    prompt(write, ground, "support/Bye", "x", status=PromptStatus.ARCHIVED)
    prompt(write, ground, "Support", "x")
    live = make.version(made.id, 2, status=Status.LIVE, author_id="writer")
    write.versions.insert(live)
    write.labels.put(make.placement(live, "prod"))
    assert found(read, ground, folder="Support") == ["Support/EU/Hello"]
    assert found(read, ground, folder="Support/EU") == ["Support/EU/Hello"]
    assert found(read, ground, folder="Support/E") == []
    assert found(read, ground, folder="support") == ["support/Bye"]
    assert found(read, ground, status=PromptStatus.ARCHIVED) == ["support/Bye"]
    assert found(read, ground, version_status=Status.LIVE) == ["Support/EU/Hello"]
    assert found(read, ground, version_status=Status.STABLE) == []
    assert found(read, ground, label="prod") == found(read, ground, label="live") == ["Support/EU/Hello"]
    assert found(read, ground, label="Prod") == []
    assert found(read, ground, author_id="writer") == found(read, ground, author_id="maker") == ["Support/EU/Hello"]
    assert found(read, ground, "hello", label="prod", author_id="nobody") == []


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_have_every_prompt_once_in_its_order(
    read: Transaction, write: Transaction, ground: Ground, sort: Sort
) -> None:
    names = ["b", "A", "Ä", "a", "ß", "Z/a", "z"]
    for at, name in enumerate(names):
        made = prompt(write, ground, name, created_at=AT + timedelta(seconds=at // 2))
        write.record(make.change(ground.scope, action="prompt.created", prompt_id=made.id))
    everything = found(read, ground, sort=sort)
    assert sorted(everything) == sorted([*names, ground.prompt.name])
    paged: list[str] = []
    cut: Cut[AnyPlace] = Cut(limit=2)
    while hits := read.search.find(ground.team.id, Wanted(sort=sort, cut=cut)):
        paged += [hit.prompt.name for hit in hits[:2]]
        cut = Cut(limit=2, after=hits[:2][-1].place)
    assert paged == everything
    if sort is Sort.NAME:
        own = [name for name in everything if name != ground.prompt.name]
        assert [name.casefold() for name in own] == sorted(name.casefold() for name in own)
    if sort is Sort.CHANGED:
        assert [name for name in everything if name != ground.prompt.name] == names[::-1]


def test_an_overview_says_what_a_prompt_has(read: Transaction, write: Transaction, ground: Ground) -> None:
    bare = prompt(write, ground, "Bare")
    made = prompt(write, ground, "Full", "x", "y")
    live = make.version(made.id, 3, status=Status.LIVE, author_kind="api_key", author_id="key")
    write.versions.insert(live)
    for label in ("prod", "beta"):
        write.labels.put(make.placement(live, label))
    write.record(make.change(ground.scope, action="x.y", prompt_id=made.id))
    told = read.search.overviews([bare.id, made.id])
    assert told[bare.id] == Overview(labels=[])
    assert told[made.id] == Overview(
        versions=3,
        newest=Newest(number=3, status=Status.LIVE, author=("api_key", "key"), created_at=live.created_at),
        live=3,
        labels=[("beta", 3), ("prod", 3)],
        changed_at=AT,
    )


def test_the_newest_version_that_says_it_is_shown(read: Transaction, write: Transaction, ground: Ground) -> None:
    by_text = prompt(write, ground, "By text", "needle 1", "needle 2", "hay")
    by_name = prompt(write, ground, "Needle", "needle")
    said = read.search.saying([by_text.id, by_name.id], ("needle",))
    assert {one: (number, content.template) for one, (number, content) in said.items()} == {by_text.id: (2, "needle 2")}


def test_choices_are_counted_by_prompts_in_use(read: Transaction, write: Transaction, ground: Ground) -> None:
    write.prompts.update(replace(ground.prompt, status=PromptStatus.ARCHIVED))
    one, two = prompt(write, ground, "A/one"), prompt(write, ground, "A/B/two")
    versions: list[Version] = []
    for of, number, fields in (
        (one, 1, {"status": Status.LIVE, "author_id": "ada"}),
        (one, 2, {"author_id": "ada"}),
        (two, 1, {"author_id": "ada"}),
        (two, 2, {"author_id": "bob"}),
    ):
        versions.append(make.version(of.id, number, **fields))
        write.versions.insert(versions[-1])
    write.labels.put(make.placement(versions[0], "prod"))
    write.labels.put(make.placement(versions[2], "prod"))
    told = read.search.choices(ground.team.id, 10)
    assert (told.active, told.archived) == (2, 1)
    assert told.folders == [("A", 2), ("A/B", 1)]
    assert told.labels == [("live", 1), ("prod", 2)]
    assert told.authors == [(("user", "ada"), 2), (("user", "bob"), 1)]
    assert read.search.choices(ground.team.id, 1).authors == [(("user", "ada"), 2)]


def test_what_was_there_before_search_is_found_after_the_migration(
    read: Transaction, write: Transaction, ground: Ground, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prompt(write, ground, "Größe", "Hello ÉLAN", "gone")
    chat = [{"role": "user", "content": "From a CHAT"}, {"placeholder": "history"}]
    write.versions.insert(make.version(made.id, 3, content=Content(kind="chat", messages=chat)))
    gone = read.versions.by_number(made.id, 2)
    assert gone
    write.versions.erase(gone, Purge(at=AT, by=("user", "x"), reason="leaked"))
    with store.engines.writer.begin() as connection:
        tables = {table: connection.execute(select(table)).all() for table in (search_names, search_texts)}
        for table in tables:
            connection.execute(delete(table))
        monkeypatch.setattr(revision_0014_search, "_AT_ONCE", 1)
        revision_0014_search.fill(connection, search_names, search_texts)
        for table, rows in tables.items():
            assert set(connection.execute(select(table)).all()) == set(rows)
    assert found(read, ground, "élan GRÖSSE") == found(read, ground, "chat") == ["Größe"]
