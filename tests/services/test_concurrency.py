"""Two at once: whatever they do to one prompt, its numbers, its live version, its labels and its log stay one story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from promptwire.domain.changes import Entry
from promptwire.domain.credentials import token_hash
from promptwire.domain.drafts import Draft
from promptwire.domain.errors import AlreadyExists, InvalidTemplate, NotFound, WrongStatus
from promptwire.domain.prompts import NewPrompt, Prompt
from promptwire.domain.versions import ByNumber, Status, Version
from promptwire.ports.storage import Transaction
from promptwire.services import labels, lifecycle, prompts, versions
from promptwire.services.access import Access, authenticate
from promptwire.services.calls import Act, Call
from promptwire.storage.store import SqlStore
from support import make
from support.log import check_log
from support.make import AT, Ground
from support.writers import at_once, errors

WRITERS = 6


@dataclass
class Editor:
    """Somebody who works on one prompt, each time with a request of its own."""

    store: SqlStore
    ground: Ground
    token: str

    def act(self, tx: Transaction) -> Act:
        return authenticate(tx, Call(token=self.token, request_id=make.new_id(), now=AT), Access.PERSON)

    def create(self, template: str = "Hello") -> Version:
        return self.store.write_now(
            lambda tx: versions.create(tx, self.act(tx), self.ground.prompt.id, lambda: Draft.of_text(template))
        )

    def update(self, number: int, template: str) -> Version:
        at = ByNumber(number)
        return self.store.write_now(
            lambda tx: versions.update(
                tx, self.act(tx), self.ground.prompt.id, at, read=lambda: Draft.of_text(template)
            )
        )

    def promote(self, number: int, to: Status = Status.LIVE) -> Version:
        at = ByNumber(number)
        return self.store.write_now(
            lambda tx: lifecycle.promote(tx, self.act(tx), self.ground.prompt.id, at, read=lambda: to)
        ).now

    def delete(self, number: int) -> None:
        at = ByNumber(number)
        self.store.write_now(lambda tx: lifecycle.delete(tx, self.act(tx), self.ground.prompt.id, at))

    def label(self, number: int, label: str) -> Version:
        at = ByNumber(number)
        return self.store.write_now(
            lambda tx: labels.set_one(tx, self.act(tx), self.ground.prompt.id, at, read=lambda: label)
        ).now

    def create_prompt(self, name: str) -> Prompt:
        new = NewPrompt(name=name)
        return self.store.write_now(lambda tx: prompts.create(tx, self.act(tx), self.ground.team.id, lambda: new))

    def all(self) -> dict[int, Version]:
        listed = self.store.read_now(lambda tx: tx.versions.of_prompt(self.ground.prompt.id, None, ()))
        return {version.number: version for version in listed}

    def live(self) -> list[int]:
        return [number for number, version in self.all().items() if version.status is Status.LIVE]


@pytest.fixture
def editor(store: SqlStore) -> Editor:
    ground = store.write_now(Ground)
    token = f"sess_{make.new_id()}"
    store.write_now(lambda tx: tx.sessions.insert(make.session(ground.user.id), token_hash(token)))
    return Editor(store, ground, token)


def works(make_one: Callable[[int], Callable[[], object]], count: int = WRITERS) -> list[Callable[[], object]]:
    return [make_one(number) for number in range(1, count + 1)]


def told(store: SqlStore, *actions: str) -> list[Entry]:
    return [entry for entry in check_log(store) if entry.change.action in actions]


def test_writers_of_versions_share_out_the_numbers(editor: Editor, store: SqlStore) -> None:
    results = at_once(*works(lambda at: lambda: [editor.create(f"{at} {one}").number for one in range(5)]))
    assert errors(results) == []
    numbers = list(range(1, WRITERS * 5 + 1))
    assert sorted(number for given in results if isinstance(given, list) for number in given) == numbers
    assert sorted(editor.all()) == numbers
    assert [entry.change.after["number"] for entry in told(store, "version.created")] == numbers


def test_a_number_is_not_given_again_while_drafts_come_and_go(editor: Editor) -> None:
    def come_and_go() -> list[int]:
        numbers = []
        for _ in range(5):
            numbers.append(editor.create().number)
            editor.delete(numbers[-1])
        return numbers

    results = at_once(*[come_and_go] * 4)
    assert errors(results) == []
    assert sorted(number for given in results if isinstance(given, list) for number in given) == list(range(1, 21))
    assert editor.all() == {}
    assert editor.create().number == 21


def test_of_many_promoted_at_once_one_is_live_and_the_log_says_how(editor: Editor, store: SqlStore) -> None:
    for _ in range(WRITERS):
        editor.create()
    results = at_once(*works(lambda number: lambda: [editor.promote(number) for _ in range(3)]))
    assert [error for error in errors(results) if not isinstance(error, WrongStatus)] == []

    live: int | None = None
    for entry in told(store, "version.promoted", "version.displaced"):
        number = entry.change.after["number"]
        if entry.change.action == "version.displaced":
            assert (live, entry.change.before["status"], entry.change.after["status"]) == (number, "live", "stable")
            live = None
        elif entry.change.after["status"] == "live":
            assert live is None, "the one before was displaced first"
            assert isinstance(number, int)
            live = number
    assert editor.live() == [live]
    statuses = [version.status for version in editor.all().values()]
    assert statuses.count(Status.STABLE) == WRITERS - 1
    assert all(version.published_at for version in editor.all().values())


def test_nobody_ever_sees_two_live_versions(editor: Editor) -> None:
    for number in range(1, 4):
        editor.create()
        editor.promote(number)

    def watch() -> list[int]:
        return [len(editor.live()) for _ in range(60)]

    results = at_once(watch, *works(lambda number: lambda: [editor.promote(number) for _ in range(10)], 3))
    assert errors(results) == []
    assert results[0] == [1] * 60


def test_a_label_that_many_move_is_on_one_version_and_its_log_links_up(editor: Editor, store: SqlStore) -> None:
    for _ in range(WRITERS):
        editor.create()
    results = at_once(*works(lambda number: lambda: [editor.label(number, "prod") for _ in range(4)]))
    assert errors(results) == []

    holder: object = {}
    for entry in told(store, "label.set", "label.moved"):
        assert entry.change.before == holder
        assert entry.change.action == ("label.moved" if holder else "label.set")
        holder = entry.change.after
    on = [version for version in editor.all().values() if version.labels]
    assert [(version.labels, version.id) for version in on] == [(("prod",), dict(holder)["version_id"])]  # type: ignore[call-overload]


def test_a_draft_is_deleted_or_promoted_never_half(editor: Editor, store: SqlStore) -> None:
    for number in range(1, 11):
        editor.create()
        editor.label(number, f"l{number}")
        deleted, promoted = at_once(partial(editor.delete, number), partial(editor.promote, number))
        found = editor.all().get(number)
        assert deleted is None
        if isinstance(promoted, Exception):  # gone already, or archived
            assert isinstance(promoted, NotFound | WrongStatus)
            assert found is None
        else:  # it was not a draft any more, so deleting it archived it
            assert found
            assert found.status is Status.ARCHIVED
            assert found.labels == (f"l{number}",)
    assert editor.live() == []
    check_log(store)


def test_a_version_that_left_draft_keeps_the_text_it_had_then(editor: Editor, store: SqlStore) -> None:
    for number in range(1, 11):
        editor.create("first")
        updated, promoted = at_once(
            partial(editor.update, number, "second"), partial(editor.promote, number, Status.STABLE)
        )
        assert isinstance(promoted, Version)
        text = editor.all()[number].content.template
        assert text == ("first" if isinstance(updated, Exception) else "second")
        assert not isinstance(updated, Exception) or isinstance(updated, WrongStatus)
        story = [entry for entry in check_log(store) if entry.change.object_id == promoted.id]
        assert story[-1].change.action == "version.promoted"
        assert story[-1].change.after["content_hash"] == editor.all()[number].content_hash


def test_one_of_many_gets_a_name_and_the_others_hear_that_it_is_taken(editor: Editor, store: SqlStore) -> None:
    results = at_once(*[lambda: editor.create_prompt("One Name")] * WRITERS)
    made = [one for one in results if isinstance(one, Prompt)]
    assert len(made) == 1
    assert [type(one) for one in errors(results)] == [AlreadyExists] * (WRITERS - 1)
    assert [entry.change.object_id for entry in told(store, "prompt.created")] == [made[0].id]


def test_who_is_refused_while_others_work_changes_nothing(editor: Editor, store: SqlStore) -> None:
    results = at_once(*[partial(editor.create, "{{.broken")] * 2, *[editor.create] * 2)
    assert [type(one) for one in errors(results)] == [InvalidTemplate] * 2
    assert sorted(editor.all()) == [1, 2]
    assert len(told(store, "version.created")) == 2
