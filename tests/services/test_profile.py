"""A person's own account: another address, another password; and signing in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from promptwire.api.exchange import given
from promptwire.domain.changes import Query
from promptwire.domain.codes import Code, Purpose
from promptwire.domain.errors import InvalidCode, InvalidCredentials, LastAdministrator, TooManyRequests
from promptwire.domain.keeping import Keeping
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services import departure, password_reset, profile, sessions, verification
from promptwire.services.access import Access, authenticate
from promptwire.services.calls import Call
from promptwire.services.password_reset import NewPassword
from promptwire.services.profile import PasswordChange
from promptwire.services.upkeep import BATCH, forget
from promptwire.services.verification import Proof
from promptwire.storage.store import SqlStore
from support import make
from support.desk import Office, run
from support.started import PRESET, actions, started

NEW = "New@example.com"


class Desk(Office):
    """A desk with somebody who is signed in."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store)
        self.user = started(store, hashed=f"hash of {PRESET.password}").user
        self.token = self.sign_in()

    def sign_in(self, password: str = PRESET.password, email: str = PRESET.email) -> str:
        return run(sessions.sign_in(self.desk, self.call(), email, password)).token

    def own_call(self) -> Call:
        return self.call(self.token)

    def change_address(self, email: str = NEW) -> User:
        return run(profile.change_address(self.desk, self.own_call(), given(email)))

    def verify(self, email: str, code: str) -> None:
        run(verification.verify_email(self.desk, self.call(), given(Proof(email=email, code=code))))

    def change_password(self, current: str = PRESET.password, new: str = "Another-Horse-1") -> None:
        change = PasswordChange(current=current, new=new)
        run(profile.change_password(self.desk, self.own_call(), given(change)))

    def email(self) -> str | None:
        user = self.store.read_now(lambda tx: tx.users.get(self.user.id))
        return user.email if user else None


@pytest.fixture
def office(store: SqlStore) -> Desk:
    return Desk(store)


def test_an_address_changes_once_it_is_confirmed(office: Desk) -> None:
    assert office.change_address() == office.user
    assert office.email() == PRESET.email
    code = office.letters.code(NEW)
    assert office.letters.take() == [
        (NEW, "Confirm your new e-mail address"),
        (PRESET.email, "Your e-mail address is about to change"),
    ]
    office.verify(NEW.lower(), code)
    assert office.email() == NEW
    assert office.letters.take() == [(PRESET.email, "Your e-mail address was changed")]
    assert office.sign_in(email=NEW.lower())
    entries = office.store.read_now(lambda tx: tx.changes.of_scope("instance", Query(limit=100)))
    change = next(entry.change for entry in entries if entry.change.action == "user.updated")
    assert dict(change.after) == {"email_changed": True, "is_verified": True}


def test_another_spelling_of_the_same_address_needs_no_code(office: Desk) -> None:
    assert office.change_address("ROOT@example.com").email == "ROOT@example.com"
    assert office.email() == "ROOT@example.com"
    assert office.change_address("ROOT@example.com").email == "ROOT@example.com"
    assert office.letters.sent == []
    assert actions(office.store, "instance").count("user.updated") == 1


def test_whose_an_address_is_is_told_to_its_owner_only(office: Desk) -> None:
    bob = make.user(email="bob@example.com")
    office.store.write_now(lambda tx: tx.users.insert(bob, "hash"))
    assert office.change_address("BOB@example.com") == office.user
    assert office.letters.take()[0] == ("bob@example.com", "You have an account already")
    run(verification.send_again(office.desk, office.call(), "bob@example.com"))
    assert office.letters.take() == []


def test_an_address_that_is_taken_meanwhile_is_not_given_away(office: Desk) -> None:
    office.change_address()
    office.store.write_now(lambda tx: tx.users.insert(make.user(email=NEW), "hash"))
    with pytest.raises(InvalidCode):
        office.verify(NEW, office.letters.code(NEW))
    assert office.email() == PRESET.email


def test_another_password_calls_off_a_change_of_address(office: Desk) -> None:
    office.change_address()
    code = office.letters.code(NEW)
    office.change_password()
    with pytest.raises(InvalidCode):
        office.verify(NEW, code)


def test_another_address_takes_the_worth_of_what_was_mailed_to_the_old_one(office: Desk) -> None:
    run(password_reset.trigger(office.desk, office.call(), given(PRESET.email)))
    code = office.letters.code(PRESET.email)
    office.change_address()
    office.verify(NEW, office.letters.code(NEW))
    new = NewPassword(code=code, password="Another-Horse-1")
    with pytest.raises(InvalidCode):
        run(password_reset.reset(office.desk, office.call(), given(new)))


def test_another_password_ends_every_session(office: Desk) -> None:
    others = [office.sign_in() for _ in "12"]
    office.change_password()
    assert office.letters.take() == [(PRESET.email, "Your password was changed")]
    left = office.store.read_now(lambda tx: tx.sessions.of_user(office.user.id, office.hours.now()))
    assert left == [], others
    assert actions(office.store, "instance")[-4:] == ["user.password_changed", *["session.deleted"] * 3]
    assert office.sign_in("Another-Horse-1")
    with pytest.raises(InvalidCredentials):
        office.sign_in()


def test_a_password_is_not_guessed_with_a_stolen_session(office: Desk) -> None:
    for _ in range(10):
        with pytest.raises(InvalidCredentials) as caught:
            office.change_password("Wrong-Horse-1")
        assert caught.value.own
    with pytest.raises(TooManyRequests):
        office.change_password()
    assert office.passwords.hashed == []


def test_a_hash_of_an_earlier_kind_is_made_anew_when_somebody_signs_in(office: Desk) -> None:
    office.store.write_now(lambda tx: tx.users.set_password(office.user.id, f"old hash of {PRESET.password}"))
    with pytest.raises(InvalidCredentials):
        office.sign_in("Wrong-Horse-1")
    assert office.passwords.hashed == []
    assert office.sign_in()
    stored = office.store.read_now(lambda tx: tx.users.password_hash(office.user.id))
    assert stored == f"hash of {PRESET.password}"
    assert "user.password_changed" not in actions(office.store, "instance")


def test_what_has_expired_is_forgotten_and_nothing_else(office: Desk) -> None:
    office.change_address()
    now = office.hours.now()
    expired = [make.session(office.user.id, expires_at=now - timedelta(seconds=1)) for _ in range(BATCH + 1)]

    def insert(tx: Transaction) -> None:
        for one in expired:
            tx.sessions.insert(one, make.secret_hash())

    office.store.write_now(insert)
    before = actions(office.store, "instance")
    assert office.store.write_now(lambda tx: forget(tx, "sessions", now, Keeping())) is True
    assert office.store.write_now(lambda tx: forget(tx, "sessions", now, Keeping())) is False
    assert len(office.store.read_now(lambda tx: tx.sessions.of_user(office.user.id, now - timedelta(days=1)))) == 1
    assert len(codes_of(office, NEW)) == 1
    office.hours.wait(minutes=16)
    assert office.store.write_now(lambda tx: forget(tx, "codes", office.hours.now(), Keeping())) is False
    assert codes_of(office, NEW) == []
    assert actions(office.store, "instance") == before


def codes_of(office: Office, email: str) -> list[Code]:
    return list(office.store.write_now(lambda tx: tx.codes.of_email(email, list(Purpose))))


def test_the_last_administrator_of_the_instance_stays(office: Desk) -> None:
    act = office.store.read_now(lambda tx: authenticate(tx, office.own_call(), Access.PERSON))
    with pytest.raises(LastAdministrator, match="the last administrator of the instance stays"):
        office.store.write_now(lambda tx: departure.delete_account(tx, act))
