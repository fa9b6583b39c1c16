"""Prompts and versions are kept as given; the database itself allows one live version, and each number once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from promptwire.domain.errors import AlreadyExists
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.versions import Status, Version
from promptwire.ports.storage import Transaction
from promptwire.wire.content import Content
from support import make
from support.make import AT, LATER, Ground


def add(write: Transaction, *versions: Version) -> None:
    for one in versions:
        write.versions.insert(one)


def test_a_prompt_is_read_as_written(read: Transaction, write: Transaction, ground: Ground) -> None:
    schema = {"type": "object", "required": ["name"]}
    prompt = make.prompt(
        ground.team.id, name="Groß/Klein", slug="groß_klein", description="a\n\tb", created_by=ground.user.id
    )
    prompt = replace(prompt, input_schema=schema, last_number=7, updated_at=LATER, status=PromptStatus.ARCHIVED)
    write.prompts.insert(prompt)
    assert read.prompts.get(prompt.id) == prompt
    assert write.prompts.lock(prompt.id) == prompt
    assert read.prompts.get(make.new_id()) is None
    assert write.prompts.lock(make.new_id()) is None


def test_a_prompt_changes_and_no_other_one(read: Transaction, write: Transaction, ground: Ground) -> None:
    other = make.prompt(ground.team.id)
    write.prompts.insert(other)
    changed = replace(ground.prompt, description="new", status=PromptStatus.ARCHIVED, last_number=3, updated_at=LATER)
    write.prompts.update(changed)
    assert read.prompts.get(changed.id) == changed
    assert read.prompts.get(other.id) == other


@pytest.mark.parametrize("same", ["name", "slug"])
def test_name_and_slug_are_taken_in_a_team_also_when_they_change(write: Transaction, ground: Ground, same: str) -> None:
    elsewhere = make.team(ground.org.id)
    write.teams.insert(elsewhere)
    taken = {same: getattr(ground.prompt, same)}
    with pytest.raises(AlreadyExists, match="prompt"):
        write.prompts.insert(make.prompt(ground.team.id, **taken))
    write.prompts.insert(make.prompt(elsewhere.id, **taken))

    free = make.prompt(ground.team.id)
    write.prompts.insert(free)
    with pytest.raises(AlreadyExists, match="prompt"):
        write.prompts.update(make.prompt(ground.team.id, id=free.id, **taken))


def test_the_names_of_prompts_differ_by_case(write: Transaction, ground: Ground) -> None:
    for name in ("Tone", "tone", "TONE"):
        write.prompts.insert(make.prompt(ground.team.id, name=name))


def test_a_prompt_needs_its_team(write: Transaction) -> None:
    with pytest.raises(IntegrityError):
        write.prompts.insert(make.prompt(make.new_id()))


def test_a_slug_is_looked_for_in_the_teams_given_only(read: Transaction, write: Transaction, ground: Ground) -> None:
    other = make.team(None)
    namesake = make.prompt(other.id, slug=ground.prompt.slug)
    write.teams.insert(other)
    write.prompts.insert(namesake)

    def found(*team_ids: str) -> set[str]:
        return {one.id for one in read.prompts.by_slug(ground.prompt.slug, team_ids)}

    assert found() == set()
    assert found(ground.team.id) == {ground.prompt.id}
    assert found(ground.team.id, other.id, make.new_id()) == {ground.prompt.id, namesake.id}
    assert read.prompts.by_slug(ground.prompt.slug.upper(), [ground.team.id]) == []


def test_the_prompts_of_a_team_are_listed_newest_first_by_status(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    prompts: list[Prompt] = [
        make.prompt(ground.team.id, created_at=AT + timedelta(microseconds=at), status=status)
        for at, status in enumerate([PromptStatus.ACTIVE, PromptStatus.ARCHIVED, PromptStatus.ACTIVE], start=1)
    ]
    for one in prompts:
        write.prompts.insert(one)

    def listed(status: PromptStatus | None) -> list[Prompt]:
        return list(read.prompts.of_team(ground.team.id, status))

    assert listed(None) == [*prompts[::-1], ground.prompt]
    assert listed(PromptStatus.ACTIVE) == [prompts[2], prompts[0], ground.prompt]
    assert listed(PromptStatus.ARCHIVED) == [prompts[1]]


def test_a_version_is_read_as_written_with_its_labels_in_order(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    text = make.version(
        ground.prompt.id, 1, status=Status.LIVE, message="why", source="git:0c0ffee", published_at=LATER
    )
    chat = make.version(ground.prompt.id, 2, content=Content(kind="chat", messages=[{"role": "user", "content": "?"}]))
    add(write, text, chat)
    labels = ("B", "a", "b", "é", "中")
    for label in reversed(labels):
        write.labels.put(make.placement(text, label))
    labelled = replace(text, labels=labels)
    assert read.versions.get(text.id) == labelled
    assert read.versions.by_number(ground.prompt.id, 1) == labelled
    assert read.versions.by_label(ground.prompt.id, "é") == labelled
    assert read.versions.live(ground.prompt.id) == labelled
    assert read.versions.of_prompt(ground.prompt.id, None, ()) == [chat, labelled]


def test_no_version_is_none(read: Transaction, write: Transaction, ground: Ground) -> None:
    other = make.prompt(ground.team.id)
    version = make.version(other.id, 1, status=Status.LIVE)
    write.prompts.insert(other)
    write.versions.insert(version)
    write.labels.put(make.placement(version, "prod"))
    prompt_id = ground.prompt.id
    assert read.versions.get(make.new_id()) is None
    for number in (-(2**70), -1, 0, 1, 2**31 - 1, 2**31, 2**63, 2**70):
        assert read.versions.by_number(prompt_id, number) is None
    assert read.versions.by_label(prompt_id, "prod") is None
    assert read.versions.live(prompt_id) is None
    assert read.versions.of_prompt(prompt_id, None, ()) == []


def test_versions_are_listed_highest_number_first_by_status_and_label(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    versions = [make.version(ground.prompt.id, number) for number in (1, 2, 10, 3)]
    versions[0] = replace(versions[0], status=Status.LIVE)
    add(write, *versions)
    for one in versions:
        write.labels.put(make.placement(one, f"v{one.number}"))

    def numbers(status: Status | None, *labels: str) -> list[int]:
        listed = read.versions.of_prompt(ground.prompt.id, status, labels)
        return [one.number for one in listed]

    assert numbers(None) == [10, 3, 2, 1]
    assert numbers(Status.DRAFT) == [10, 3, 2]
    assert numbers(None, "v1", "v10", "none") == [10, 1]
    assert numbers(Status.LIVE, "v1", "v10") == [1]
    assert numbers(Status.DRAFT, "none") == []


def test_the_database_refuses_a_second_live_version(write: Transaction, ground: Ground) -> None:
    draft = make.version(ground.prompt.id, 2)
    add(write, make.version(ground.prompt.id, 1, status=Status.LIVE), draft)
    with pytest.raises(IntegrityError):
        add(write, make.version(ground.prompt.id, 3, status=Status.LIVE))
    with pytest.raises(IntegrityError):
        write.versions.set_status(replace(draft, status=Status.LIVE))
    add(write, *(make.version(ground.prompt.id, number, status=Status.STABLE) for number in (4, 5)))


def test_the_database_refuses_a_number_twice_and_none_at_all(write: Transaction, ground: Ground) -> None:
    add(write, make.version(ground.prompt.id, 1))
    for number in (1, 0, -1):
        with pytest.raises(IntegrityError):
            add(write, make.version(ground.prompt.id, number))


@pytest.mark.parametrize("content", [Content(), Content(kind="chat"), Content(kind="chat", template="a", messages=[])])
def test_the_database_refuses_a_content_of_no_kind(write: Transaction, ground: Ground, content: Content) -> None:
    with pytest.raises(IntegrityError):
        add(write, make.version(ground.prompt.id, 1, content=content))


def test_a_version_needs_its_prompt(write: Transaction) -> None:
    with pytest.raises(IntegrityError):
        add(write, make.version(make.new_id(), 1))


def test_a_version_changes_and_goes_and_no_other_one(read: Transaction, write: Transaction, ground: Ground) -> None:
    one, two = make.version(ground.prompt.id, 1), make.version(ground.prompt.id, 2)
    add(write, one, two)
    content = Content(template="new", model="m")
    rewritten = replace(one, content=content, content_hash=content.content_hash)
    changed = replace(rewritten, status=Status.LIVE, published_at=LATER)
    write.versions.set_content(changed)
    assert read.versions.of_prompt(ground.prompt.id, None, ()) == [two, rewritten]
    write.versions.set_status(changed)
    assert read.versions.of_prompt(ground.prompt.id, None, ()) == [two, changed]
    write.versions.delete(one.id)
    assert read.versions.of_prompt(ground.prompt.id, None, ()) == [two]


def test_a_version_with_a_label_cannot_be_removed(read: Transaction, write: Transaction, ground: Ground) -> None:
    version = make.version(ground.prompt.id, 1)
    add(write, version)
    write.labels.put(make.placement(version, "prod"))
    with pytest.raises(IntegrityError):
        write.versions.delete(version.id)
    assert read.versions.by_label(ground.prompt.id, "prod")
