"""People, sessions and keys are kept as they were given, and each secret and address belongs to one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from promptwire.domain.errors import AlreadyExists
from promptwire.domain.pages import Cut, moment_of
from promptwire.domain.roles import Operation, OrgRole
from promptwire.ports.storage import Transaction
from support import make
from support.make import AT, LATER, Ground


def test_a_person_is_read_as_written(read: Transaction, write: Transaction) -> None:
    ada = make.user(email="Ada@Example.com", is_admin=True, is_verified=False)
    write.users.insert(ada, "argon")
    assert read.users.get(ada.id) == ada
    assert read.users.password_hash(ada.id) == "argon"


def test_nobody_is_none(read: Transaction) -> None:
    assert read.users.get(make.new_id()) is None
    assert read.users.by_email("nobody@example.com") is None
    assert read.users.password_hash(make.new_id()) is None
    assert read.sessions.by_hash("0" * 64) is None
    assert read.keys.by_hash("0" * 64) is None
    assert read.keys.get(make.new_id()) is None


def test_it_is_known_whether_there_is_anybody(read: Transaction, write: Transaction) -> None:
    assert not read.users.exist()
    write.users.insert(make.user(), "hash")
    assert read.users.exist()


def test_an_address_is_found_however_it_is_spelled_and_taken_once(read: Transaction, write: Transaction) -> None:
    ada = make.user(email="Ada@Example.com")
    write.users.insert(ada, "hash")
    assert read.users.by_email("aDA@eXAMPLE.COM") == ada
    with pytest.raises(AlreadyExists, match="email"):
        write.users.insert(make.user(email="ada@example.com"), "hash")


def test_a_password_is_replaced_for_one_person_only(read: Transaction, write: Transaction) -> None:
    ada, bob = make.user(), make.user()
    write.users.insert(ada, "a")
    write.users.insert(bob, "b")
    write.users.set_password(ada.id, "new")
    assert read.users.password_hash(ada.id) == "new"
    assert read.users.password_hash(bob.id) == "b"


def test_sessions_are_read_as_written_and_end_one_by_one_or_all_of_a_person(
    read: Transaction, write: Transaction
) -> None:
    ada, bob = make.user(), make.user()
    of = [make.session(ada.id), make.session(ada.id), make.session(ada.id), make.session(bob.id)]
    hashes = [make.secret_hash() for _ in of]
    write.users.insert(ada, "a")
    write.users.insert(bob, "b")
    for pair in zip(of, hashes, strict=True):
        write.sessions.insert(*pair)
    assert [read.sessions.by_hash(one) for one in hashes] == of

    write.sessions.delete(of[0].id)
    assert read.sessions.by_hash(hashes[0]) is None
    ended = write.sessions.delete_of_user(ada.id)
    assert sorted(ended) == sorted(one.id for one in of[1:3])
    assert [read.sessions.by_hash(one) for one in hashes] == [None] * 3 + of[3:]
    assert write.sessions.delete_of_user(ada.id) == []


def test_a_session_needs_its_person(write: Transaction) -> None:
    with pytest.raises(IntegrityError):
        write.sessions.insert(make.session(make.new_id()), make.secret_hash())


def test_a_key_is_read_as_written(read: Transaction, write: Transaction, ground: Ground) -> None:
    teams = [make.team(ground.org.id) for _ in range(5)]
    every = make.key(ground.org.id, ground.user.id, operation=Operation.ADMIN, pinned_role=OrgRole.OWNER)
    some = make.key(ground.org.id, None, team_ids=tuple(one.id for one in reversed(teams)), expires_at=LATER)
    hashes = {every: make.secret_hash(), some: make.secret_hash()}
    for team in teams:
        write.teams.insert(team)
    for one, key_hash in hashes.items():
        write.keys.insert(one, key_hash)
    for one, key_hash in hashes.items():
        assert read.keys.get(one.id) == one
        assert read.keys.by_hash(key_hash) == one


def test_the_keys_of_an_organization_are_listed_newest_first(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    other = make.organization()
    keys = [make.key(ground.org.id, ground.user.id, created_at=AT + timedelta(seconds=at)) for at in range(3)]
    keys[1] = replace(keys[1], team_ids=(ground.team.id,))
    write.organizations.insert(other)
    elsewhere = make.key(other.id, None)
    for one in [*keys, elsewhere]:
        write.keys.insert(one, make.secret_hash())
    assert read.keys.of_org(ground.org.id) == keys[::-1]
    assert read.keys.of_org(make.new_id()) == []


def test_a_page_of_keys_begins_after_the_one_before(read: Transaction, write: Transaction, ground: Ground) -> None:
    keys = [make.key(ground.org.id, ground.user.id, created_at=AT + timedelta(seconds=at)) for at in range(4)]
    for one in keys:
        write.keys.insert(one, make.secret_hash())
    write.keys.revoke(keys[1].id, LATER)
    assert read.keys.of_org(ground.org.id, Cut(limit=1)) == [keys[3], keys[2]]
    assert read.keys.of_org(ground.org.id, Cut(limit=1, after=moment_of(keys[2]))) == [keys[0]]


def test_a_key_is_changed_and_gets_another_secret(read: Transaction, write: Transaction, ground: Ground) -> None:
    key, old, new = make.key(ground.org.id, ground.user.id), make.secret_hash(), make.secret_hash()
    write.keys.insert(key, old)
    write.keys.set_hash(key.id, new)
    assert (read.keys.by_hash(old), read.keys.by_hash(new)) == (None, key)
    limited = replace(key, name="new", team_ids=(ground.team.id,), operation=Operation.ADMIN, expires_at=LATER)
    for changed in (limited, replace(limited, team_ids=()), replace(limited, team_ids=None, created_by=None), key):
        write.keys.update(changed)
        assert read.keys.get(key.id) == changed
    assert write.keys.lock(key.id) == key
    write.keys.revoke(key.id, LATER)
    assert write.keys.lock(key.id) is None


def test_a_revoked_key_is_gone_and_its_secret_stays_taken(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    key, key_hash = make.key(ground.org.id, ground.user.id), make.secret_hash()
    write.keys.insert(key, key_hash)
    write.keys.revoke(key.id, LATER)
    assert read.keys.get(key.id) is None
    assert read.keys.by_hash(key_hash) is None
    assert read.keys.of_org(ground.org.id) == []
    with pytest.raises(AlreadyExists, match="key"):
        write.keys.insert(make.key(ground.org.id, ground.user.id), key_hash)


def test_the_last_use_of_several_keys_is_noted_at_once(read: Transaction, write: Transaction, ground: Ground) -> None:
    keys = [make.key(ground.org.id, ground.user.id) for _ in range(3)]
    for one in keys:
        write.keys.insert(one, make.secret_hash())
    write.keys.touch({keys[0].id: AT, keys[1].id: LATER, make.new_id(): AT})
    found = [read.keys.get(one.id) for one in keys]
    assert [one and one.last_used_at for one in found] == [AT, LATER, None]


def test_no_use_is_no_error(write: Transaction) -> None:
    write.keys.touch({})
