"""A label is on one version of its prompt; a look-alike of a protected label is that label."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from promptwire.domain.roles import OrgRole
from promptwire.domain.versions import Version
from promptwire.ports.storage import Transaction
from support import make
from support.make import AT, LATER, Ground


def two_versions(write: Transaction, ground: Ground) -> tuple[Version, Version]:
    pair = make.version(ground.prompt.id, 1), make.version(ground.prompt.id, 2)
    for one in pair:
        write.versions.insert(one)
    return pair


def test_a_label_moves_and_is_on_one_version(read: Transaction, write: Transaction, ground: Ground) -> None:
    one, two = two_versions(write, ground)
    for holder in (one, two, two, one):
        write.labels.put(make.placement(holder, "prod"))
        assert read.labels.holders(ground.prompt.id) == {"prod": holder.id}
        assert read.labels.numbers(ground.prompt.id) == [("prod", holder.number)]


def test_labels_are_listed_by_code_point_with_the_number_they_are_on(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    one, two = two_versions(write, ground)
    on = {"a": one, "B": two, "😀": one, "\uffee": two, "a b": one, "é": two, "1": two, "latest": one}
    for label, version in on.items():
        write.labels.put(make.placement(version, label))
    assert read.labels.numbers(ground.prompt.id) == [(one, on[one].number) for one in sorted(on)]
    assert read.labels.holders(ground.prompt.id) == {one: on[one].id for one in on}


def test_a_label_is_taken_away_from_its_prompt_only(read: Transaction, write: Transaction, ground: Ground) -> None:
    one, _ = two_versions(write, ground)
    other = make.prompt(ground.team.id)
    namesake = make.version(other.id, 1)
    write.prompts.insert(other)
    write.versions.insert(namesake)
    for on in (one, namesake):
        write.labels.put(make.placement(on, "prod"))
    write.labels.put(make.placement(one, "Prod"))
    write.labels.remove(ground.prompt.id, "prod")
    write.labels.remove(ground.prompt.id, "x")
    assert read.labels.holders(ground.prompt.id) == {"Prod": one.id}
    assert read.labels.holders(other.id) == {"prod": namesake.id}


def test_the_database_refuses_a_label_on_a_version_of_another_prompt(write: Transaction, ground: Ground) -> None:
    other = make.prompt(ground.team.id)
    foreign = make.version(other.id, 1)
    write.prompts.insert(other)
    write.versions.insert(foreign)
    with pytest.raises(IntegrityError):
        write.labels.put(make.placement(foreign, "prod", prompt_id=ground.prompt.id))
    with pytest.raises(IntegrityError):
        write.labels.put(make.placement(make.version(ground.prompt.id, 9), "prod"))


def test_a_protected_label_is_read_as_written(read: Transaction, write: Transaction, ground: Ground) -> None:
    labels = [
        make.protected_label(ground.team.id, "prod", min_required_role=OrgRole.OWNER, created_by=ground.user.id),
        make.protected_label(ground.team.id, "\uff21lpha", created_at=LATER),
        make.protected_label(ground.team.id, "live", min_required_role=OrgRole.VIEWER),
    ]
    for one in labels:
        write.protected_labels.put(one)
    in_order = sorted(labels, key=lambda one: one.label)
    assert read.protected_labels.of_team(ground.team.id) == in_order
    assert read.protected_labels.of_team(make.new_id()) == []


def test_a_look_alike_replaces_and_lifts_the_protection(read: Transaction, write: Transaction, ground: Ground) -> None:
    first = make.protected_label(ground.team.id, "Prod", min_required_role=OrgRole.OWNER)
    second = make.protected_label(ground.team.id, "\uff50rod", min_required_role=OrgRole.MEMBER, created_at=AT)
    assert first.key == second.key
    write.protected_labels.put(first)
    write.protected_labels.put(second)
    assert read.protected_labels.of_team(ground.team.id) == [second]
    write.protected_labels.remove(make.new_id(), first.key)
    assert read.protected_labels.of_team(ground.team.id) == [second]
    write.protected_labels.remove(ground.team.id, first.key)
    assert read.protected_labels.of_team(ground.team.id) == []
