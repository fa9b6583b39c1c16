"""Codes and invitations are kept as they were given, one of a kind for each address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from promptwire.domain.codes import Code, Invitation, Purpose
from promptwire.domain.errors import AlreadyExists
from promptwire.domain.roles import OrgRole
from promptwire.ports.storage import Transaction
from support import make
from support.make import AT, LATER, Ground

ADA = "Ada@Example.com"
ALL = list(Purpose)


def code(**fields: object) -> Code:
    given = {"id": make.new_id(), "purpose": Purpose.REGISTRATION, "email": ADA, "code_hash": make.secret_hash()}
    times = {"created_at": AT, "expires_at": LATER, "kept_until": LATER}
    return Code(**{**given, **times, **fields})  # type: ignore[arg-type]


def invitation(org_id: str, **fields: object) -> Invitation:
    given = {"id": make.new_id(), "org_id": org_id, "team_id": None, "email": ADA, "role": OrgRole.VIEWER}
    return Invitation(**{**given, "created_by": None, "created_at": AT, "expires_at": LATER, **fields})  # type: ignore[arg-type]


def test_a_code_is_read_as_written_however_its_address_is_spelled(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    one = code(password_hash="hash", tries_left=3)
    other = code(purpose=Purpose.PASSWORD, user_id=ground.user.id, used_at=AT, created_at=LATER)
    for each in (one, other):
        write.codes.put(each)
    assert write.codes.of_email("aDA@example.com", ALL) == [other, one]
    assert write.codes.of_email(ADA, [Purpose.REGISTRATION]) == [one]
    assert write.codes.of_email("bob@example.com", ALL) == []
    assert write.codes.by_hash(one.code_hash, Purpose.REGISTRATION) == one
    assert write.codes.by_hash(one.code_hash, Purpose.PASSWORD) is None
    assert (one.is_real, other.is_real, code().is_real) == (True, True, False)
    assert not read.users.by_email(ADA)


@pytest.mark.parametrize("keeps_id", [True, False])
def test_a_code_takes_the_place_of_the_one_before(write: Transaction, *, keeps_id: bool) -> None:
    first = code(password_hash="hash", tries_left=1)
    second = code(email=ADA.lower(), **({"id": first.id} if keeps_id else {}))
    write.codes.put(first)
    write.codes.put(second)
    assert write.codes.of_email(ADA, ALL) == [second]


def test_tries_are_counted_and_use_is_noted(write: Transaction) -> None:
    one = code(password_hash="hash")
    write.codes.put(one)
    write.codes.count_try(one.id)
    write.codes.use(one.id, LATER)
    [found] = write.codes.of_email(ADA, ALL)
    assert found == replace(one, tries_left=one.tries_left - 1, used_at=LATER, password_hash=None)


def test_the_codes_of_a_person_go_with_the_person(write: Transaction, ground: Ground) -> None:
    write.codes.put(code(purpose=Purpose.PASSWORD, user_id=ground.user.id))
    write.codes.put(code())
    write.codes.delete_of_user(ground.user.id)
    assert len(write.codes.of_email(ADA, ALL)) == 1
    write.codes.put(code(purpose=Purpose.ADDRESS, user_id=ground.user.id))
    write.users.delete(ground.user.id)
    assert len(write.codes.of_email(ADA, ALL)) == 1


def test_what_was_kept_long_enough_is_forgotten_some_at_a_time(write: Transaction) -> None:
    for number in range(3):
        write.codes.put(code(email=f"p{number}@example.com", kept_until=AT))
    write.codes.put(code())
    assert [write.codes.purge(AT, 2) for _ in range(3)] == [2, 1, 0]
    assert len(write.codes.of_email(ADA, ALL)) == 1


def test_an_invitation_is_read_as_written(read: Transaction, write: Transaction, ground: Ground) -> None:
    one = invitation(ground.org.id, team_id=ground.team.id, created_by=ground.user.id)
    key = make.secret_hash()
    write.invitations.put(one, key)
    assert read.invitations.by_hash(key) == one
    assert read.invitations.by_hash(make.secret_hash()) is None
    assert read.invitations.of_org(ground.org.id, AT) == [one]
    assert read.invitations.of_org(ground.org.id, LATER) == []
    write.invitations.delete(one.id)
    assert read.invitations.by_hash(key) is None


def test_an_organization_invites_an_address_once(read: Transaction, write: Transaction, ground: Ground) -> None:
    other_org = make.organization()
    write.organizations.insert(other_org)
    keys = [make.secret_hash() for _ in "123"]
    first, second = invitation(ground.org.id), invitation(ground.org.id, email=ADA.lower(), expires_at=AT)
    elsewhere = invitation(other_org.id)
    for one, key in zip((first, elsewhere, second), keys, strict=True):
        write.invitations.put(one, key)
    assert [read.invitations.by_hash(key) for key in keys] == [None, elsewhere, second]
    assert write.invitations.purge(AT, 10) == 1
    assert [read.invitations.by_hash(key) for key in keys] == [None, elsewhere, None]
    with pytest.raises(IntegrityError):
        write.invitations.put(invitation(make.new_id()), make.secret_hash())


def test_sessions_are_listed_until_they_expire_and_then_forgotten(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    user = ground.user.id
    of = [make.session(user, created_at=AT + timedelta(seconds=at), expires_at=LATER) for at in range(3)]
    past = make.session(user, expires_at=AT)
    for one in [*of, past]:
        write.sessions.insert(one, make.secret_hash())
    assert read.sessions.of_user(user, AT) == of[::-1]
    assert read.sessions.of_user(make.new_id(), AT) == []
    assert [write.sessions.purge(AT, 10) for _ in "12"] == [1, 0]
    assert read.sessions.of_user(user, AT - timedelta(days=1)) == of[::-1]


def test_an_address_is_replaced_by_one_that_is_verified(read: Transaction, write: Transaction) -> None:
    ada, bob = make.user(is_verified=False), make.user(is_admin=True)
    for one in (ada, bob):
        write.users.insert(one, "hash")
    write.users.set_email(ada.id, ADA)
    assert read.users.by_email(ADA.lower()) == replace(ada, email=ADA, is_verified=True)
    assert read.users.by_email(ada.email) is None
    assert read.users.administrators() == [bob.id]
    with pytest.raises(AlreadyExists, match="email"):
        write.users.set_email(ada.id, bob.email.upper())
