"""Codes that come by mail: long, bound to an address, for a quarter of an hour, once, and with few tries."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from promptwire.api.exchange import given
from promptwire.domain.codes import CODE_TRIES, Purpose
from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import DomainError, InvalidCode, InvalidInput
from promptwire.domain.users import NewUser, User
from promptwire.services import accounts, password_reset, sessions, sign_up, verification
from promptwire.services.password_reset import NewPassword
from promptwire.services.verification import Confirmed, Proof
from promptwire.storage.store import SqlStore
from support.desk import CODE, Office, run
from support.log import check_log
from support.started import actions

ADA, PASSWORD, OTHER = "ada@example.com", "Correct-Horse-1", "Another-Horse-1"


@pytest.fixture
def office(store: SqlStore) -> Office:
    return Office(store)


def register(office: Office, email: str = ADA, password: str = PASSWORD) -> User:
    return run(sign_up.register(office.desk, office.call(), given(NewUser(email=email, password=password))))


def verify(office: Office, code: str, email: str = ADA) -> Confirmed:
    return run(verification.verify_email(office.desk, office.call(), given(Proof(email=email, code=code))))


def ask_reset(office: Office, email: str = ADA) -> None:
    run(password_reset.trigger(office.desk, office.call(), given(email)))


def reset(office: Office, code: str, email: str = "", password: str = OTHER) -> str:
    new = NewPassword(code=code, password=password, email=email)
    return run(password_reset.reset(office.desk, office.call(), given(new)))


def sign_in(office: Office, password: str = PASSWORD, email: str = ADA) -> str:
    return run(sessions.sign_in(office.desk, office.call(), email, password)).token


@pytest.fixture
def ada(office: Office) -> User:
    """A person who is there, with nothing in the mail."""
    office.store.write_now(
        lambda tx: accounts.add_self(
            tx,
            office.call(),
            User(
                id="7f0e2a30-0000-4000-8000-000000000000",
                email=ADA,
                is_admin=False,
                is_verified=True,
                created_at=office.hours.now(),
            ),
            f"hash of {PASSWORD}",
        )
    )
    found = office.store.read_now(lambda tx: tx.users.by_email(ADA))
    assert found
    return found


def test_a_code_is_long_and_stored_hashed_only(office: Office) -> None:
    register(office)
    code = office.letters.code(ADA)
    assert len(re.sub("-", "", code)) == 28  # of 32 characters each: 140 bits
    [stored] = office.store.write_now(lambda tx: tx.codes.of_email(ADA, list(Purpose)))
    assert stored.code_hash == token_hash(code.replace("-", ""))
    assert code not in repr(stored)


def test_who_registers_is_there_once_the_code_comes_back(office: Office) -> None:
    answered = register(office)
    assert (answered.email, answered.is_admin, answered.is_verified) == (ADA, False, False)
    assert office.store.read_now(lambda tx: tx.users.by_email(ADA)) is None
    assert actions(office.store, "instance") == []  # nobody fills the log without an account
    assert verify(office, office.letters.code(ADA)) == Confirmed()
    user = office.store.read_now(lambda tx: tx.users.get(answered.id))
    assert user
    assert (user.email, user.is_admin, user.is_verified) == (ADA, False, True)
    assert office.store.read_now(lambda tx: (tx.teams.of_user(user.id), tx.organizations.of_user(user.id))) == ([], [])
    assert sign_in(office)
    [created, *_] = check_log(office.store)
    assert (created.change.action, created.change.subject_id) == ("user.created", user.id)


@pytest.mark.parametrize("spelled", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code}\n"])
def test_a_code_may_be_pasted_as_one_likes(office: Office, spelled: object) -> None:
    register(office)
    assert callable(spelled)
    assert verify(office, spelled(office.letters.code(ADA)), email=ADA.upper()) == Confirmed()


def test_a_right_code_says_the_second_time_that_it_did_it(office: Office) -> None:
    register(office)
    code = office.letters.code(ADA)
    verify(office, code)
    assert verify(office, code) == Confirmed(already=True)
    office.hours.wait(minutes=16)
    with pytest.raises(InvalidCode):
        verify(office, code)


def test_a_code_counts_for_a_quarter_of_an_hour_and_another_one_for_a_day(office: Office) -> None:
    register(office)
    code = office.letters.code(ADA)
    office.hours.wait(minutes=15)
    with pytest.raises(InvalidCode):
        verify(office, code)
    run(verification.send_again(office.desk, office.call(), ADA))
    assert verify(office, office.letters.code(ADA)) == Confirmed()


def test_after_a_day_one_registers_anew(office: Office) -> None:
    register(office)
    office.hours.wait(days=1, seconds=1)
    office.letters.take()
    run(verification.send_again(office.desk, office.call(), ADA))
    assert office.letters.take() == []


def test_only_the_newest_code_counts(office: Office) -> None:
    register(office)
    first = office.letters.code(ADA)
    run(verification.send_again(office.desk, office.call(), ADA))
    second = office.letters.code(ADA)
    assert first != second
    with pytest.raises(InvalidCode):
        verify(office, first)
    assert verify(office, second) == Confirmed()


def test_who_registers_again_begins_anew(office: Office) -> None:
    first = register(office)
    code = office.letters.code(ADA)
    second = register(office, password=OTHER)
    assert first.id != second.id
    with pytest.raises(InvalidCode):
        verify(office, code)
    verify(office, office.letters.code(ADA))
    assert sign_in(office, OTHER)


def test_a_code_is_for_its_address_only(office: Office) -> None:
    register(office)
    register(office, "bob@example.com")
    for email in ("bob@example.com", "nobody@example.com", "no address"):
        with pytest.raises(InvalidCode):
            verify(office, office.letters.code(ADA), email)
    assert verify(office, office.letters.code(ADA)) == Confirmed()


def test_after_ten_wrong_ones_the_right_code_counts_no_longer(office: Office) -> None:
    register(office)
    code = office.letters.code(ADA)
    for _ in range(CODE_TRIES):
        office.other_limits()
        with pytest.raises(InvalidCode):
            verify(office, "WRONG")
    office.other_limits()
    with pytest.raises(InvalidCode):
        verify(office, code)
    run(verification.send_again(office.desk, office.call(), ADA))
    assert verify(office, office.letters.code(ADA)) == Confirmed()


def test_of_many_who_send_one_code_at_once_one_person_comes(office: Office) -> None:
    register(office)
    code = office.letters.code(ADA)

    def send(_: int) -> object:
        try:
            return verify(office, code).already
        except DomainError as error:
            return type(error)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(send, range(4)))
    assert done.count(False) == 1
    assert actions(office.store, "instance") == ["user.created"]


def test_an_address_that_has_an_account_is_answered_alike_and_its_owner_is_told(office: Office, ada: User) -> None:
    answered = register(office, password=OTHER)
    assert (answered.email, answered.is_admin, answered.is_verified) == (ADA, False, False)
    assert answered.id != ada.id
    assert not CODE.search(office.letters.sent[-1].text)
    assert office.letters.take() == [(ADA, "You have an account already")]
    for _ in range(2):  # nor is there anything to confirm
        run(verification.send_again(office.desk, office.call(), ADA))
    assert office.letters.take() == []
    with pytest.raises(InvalidCode):
        verify(office, "ABCD")
    assert sign_in(office, PASSWORD)


def test_the_same_is_written_for_known_and_unknown_addresses(office: Office, ada: User) -> None:
    for email in (ada.email, "nobody@example.com"):
        ask_reset(office, email)
        run(verification.send_again(office.desk, office.call(), email))
        stored = office.store.write_now(lambda tx, email=email: tx.codes.of_email(email, list(Purpose)))  # type: ignore[misc]
        assert sorted(one.purpose.value for one in stored) == ["password", "registration"]
    assert office.letters.take() == [(ADA, "Reset your password")]


def test_a_person_who_is_not_verified_can_be(office: Office) -> None:
    bob = User(
        id="7f0e2a30-0000-4000-8000-000000000001",
        email="Bob@example.com",
        is_admin=False,
        is_verified=False,
        created_at=office.hours.now(),
    )
    office.store.write_now(lambda tx: tx.users.insert(bob, "hash"))
    run(verification.send_again(office.desk, office.call(), "bob@example.com"))
    assert verify(office, office.letters.code(bob.email), bob.email) == Confirmed()
    user = office.store.read_now(lambda tx: tx.users.get(bob.id))
    assert user
    assert user.is_verified


def test_a_forgotten_password_is_replaced_and_every_session_ends(office: Office, ada: User) -> None:
    tokens = [sign_in(office) for _ in "12"]
    ask_reset(office)
    assert reset(office, office.letters.code(ADA)) == ADA
    assert office.letters.take()[-1] == (ADA, "Your password was changed")
    found = office.store.read_now(lambda tx: [tx.sessions.by_hash(token_hash(token)) for token in tokens])
    assert found == [None, None]
    assert sign_in(office, OTHER)
    assert actions(office.store, "instance")[-4:-1] == ["user.password_reset", *["session.deleted"] * 2]
    change = check_log(office.store)[-4].change
    assert (change.subject_id, dict(change.after)) == (ada.id, {"credential_changed": True})


def test_a_reset_code_counts_once(office: Office, ada: User) -> None:
    ask_reset(office)
    code = office.letters.code(ada.email)
    reset(office, code)
    with pytest.raises(InvalidCode):
        reset(office, code)


@pytest.mark.parametrize("minutes", [15, 60])
def test_a_reset_code_counts_for_a_quarter_of_an_hour(office: Office, ada: User, minutes: int) -> None:
    ask_reset(office)
    office.hours.wait(minutes=minutes)
    with pytest.raises(InvalidCode):
        reset(office, office.letters.code(ada.email))


def test_an_address_beside_the_code_must_be_the_right_one_and_counts_tries(office: Office, ada: User) -> None:
    ask_reset(office)
    code = office.letters.code(ada.email)
    with pytest.raises(InvalidCode):
        reset(office, code, "bob@example.com")
    for _ in range(CODE_TRIES):
        office.other_limits()
        with pytest.raises(InvalidCode):
            reset(office, "WRONG", ADA.upper())
    office.other_limits()
    with pytest.raises(InvalidCode):
        reset(office, code)


def test_a_code_for_one_thing_does_not_do_the_other(office: Office, ada: User) -> None:
    register(office, "bob@example.com")
    ask_reset(office)
    with pytest.raises(InvalidCode):
        reset(office, office.letters.code("bob@example.com"))
    with pytest.raises(InvalidCode):
        verify(office, office.letters.code(ada.email))


def test_of_many_who_reset_with_one_code_at_once_one_does(office: Office, ada: User) -> None:
    ask_reset(office)
    code = office.letters.code(ada.email)

    def send(number: int) -> object:
        try:
            return reset(office, code, password=f"Correct-Horse-{number}")
        except DomainError as error:
            return type(error)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(send, range(4)))
    assert sorted(map(str, done)) == sorted([ADA, *[str(InvalidCode)] * 3])
    assert actions(office.store, "instance").count("user.password_reset") == 1


def test_nothing_is_hashed_for_a_wrong_code(office: Office, ada: User) -> None:
    ask_reset(office, ada.email)
    with pytest.raises(InvalidCode):
        reset(office, "WRONG")
    assert office.passwords.hashed == []


@pytest.mark.parametrize(
    ("code", "password", "words"),
    [
        ("", OTHER, "code and new_password are required"),
        ("x", "", "code and new_password are required"),
        ("x", "short", "password must be at least 8 characters"),
    ],
)
def test_what_cannot_be_a_reset(office: Office, code: str, password: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        reset(office, code, password=password)
