"""Who may register: open, by invitation, closed; and the very first, who becomes the administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from promptwire.api.exchange import deferred, given
from promptwire.domain.codes import Invitation, NewInvitation
from promptwire.domain.errors import (
    AlreadyExists,
    DomainError,
    Forbidden,
    InvalidBody,
    InvalidCode,
    InvalidInput,
    NotFound,
    SignUpClosed,
    TooManyRequests,
    Unauthenticated,
)
from promptwire.domain.organizations import Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.users import NewUser, SignUp, User
from promptwire.services import invitations, sessions, sign_up
from promptwire.storage.store import SqlStore
from support import make
from support.desk import Office, run
from support.log import check_log
from support.started import PRESET, actions, started

EVE, PASSWORD = "eve@example.com", "Correct-Horse-1"
OPEN, INVITE, CLOSED = SignUp.OPEN, SignUp.INVITE, SignUp.CLOSED


def register(office: Office, **fields: Any) -> User:
    new = NewUser(**{"email": EVE, "password": PASSWORD, **fields})
    return run(sign_up.register(office.desk, office.call(), given(new)))


def invite(office: Office, token: str, org_id: str, **fields: Any) -> Invitation:
    new = NewInvitation(**{"email": EVE, **fields})
    return run(invitations.invite(office.desk, office.call(token), org_id, given(new))).invitation


def root(office: Office) -> str:
    return run(sessions.sign_in(office.desk, office.call(), PRESET.email, PRESET.password)).token


@pytest.mark.parametrize(("mode", "words"), [(INVITE, "by invitation"), (CLOSED, "is closed")])
@pytest.mark.parametrize("new", [NewUser(email=EVE, password=PASSWORD), NewUser(email="", password="")])
def test_nobody_registers_by_themselves_unless_it_is_open(
    store: SqlStore, mode: SignUp, words: str, new: NewUser
) -> None:
    started(store)
    office = Office(store, mode)
    with pytest.raises(SignUpClosed, match=words):
        run(sign_up.register(office.desk, office.call(), given(new)))
    assert (office.passwords.hashed, office.letters.sent) == ([], [])


def raise_invalid() -> NewUser:
    raise InvalidBody("x")


def test_where_sign_up_is_closed_nobody_learns_what_is_wrong_with_the_body(store: SqlStore) -> None:
    started(store)
    for mode, error in ((INVITE, SignUpClosed), (CLOSED, SignUpClosed), (OPEN, InvalidBody)):
        office = Office(store, mode)
        with pytest.raises(error):
            run(sign_up.register(office.desk, office.call(), deferred(raise_invalid)))


def test_a_credential_that_means_nothing_is_no_open_door(store: SqlStore) -> None:
    started(store)
    office = Office(store, OPEN)
    for token in ("", "sess_" + "0" * 64):
        with pytest.raises(Unauthenticated):
            run(sign_up.register(office.desk, office.call(token), given(NewUser(email=EVE, password=PASSWORD))))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": "no address"}, InvalidInput),
        ({"password": "short"}, InvalidInput),
        ({"team_id": make.new_id()}, Forbidden),
    ],
)
def test_what_cannot_be_registered(store: SqlStore, fields: dict[str, str], error: type[DomainError]) -> None:
    started(store)
    office = Office(store, OPEN)
    with pytest.raises(error):
        register(office, **fields)
    assert office.passwords.hashed == []


def test_open_registrations_are_limited(store: SqlStore) -> None:
    started(store)
    office = Office(store, OPEN)
    for _ in range(3):
        register(office)
    with pytest.raises(TooManyRequests) as caught:
        register(office)
    assert caught.value.retry_after == 60
    office.hours.wait(seconds=60)
    assert register(office).email == EVE


def test_the_first_becomes_the_administrator_with_an_organization_and_a_team(store: SqlStore) -> None:
    office = Office(store, CLOSED, first_registers=True)
    user = register(office)
    assert (user.is_admin, user.is_verified) == (True, True)
    token = run(sessions.sign_in(office.desk, office.call(), EVE, PASSWORD)).token
    [membership] = store.read_now(lambda tx: tx.organizations.of_user(user.id))
    [team] = store.read_now(lambda tx: tx.teams.of_user(user.id))
    assert (membership.organization.name, membership.role, team.name) == ("Default Org", OrgRole.OWNER, "Default Team")
    assert store.read_now(lambda tx: tx.teams.role(team.id, user.id)) is TeamRole.ADMIN
    assert {entry.change.subject_id for entry in check_log(store)} == {user.id}
    with pytest.raises(SignUpClosed):
        register(office, email="second@example.com")
    second = NewUser(email="second@example.com", password=PASSWORD)
    added = run(sign_up.register(office.desk, office.call(token), given(second)))
    assert (added.is_admin, added.is_verified) == (False, True)


@pytest.mark.parametrize("mode", [INVITE, OPEN])
def test_of_many_who_are_first_at_once_one_is(store: SqlStore, mode: SignUp) -> None:
    office = Office(store, mode, first_registers=True)

    def come(number: int) -> object:
        try:
            return register(office, email=f"p{number}@example.com").is_admin
        except SignUpClosed:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(map(str, pool.map(come, range(6)))) == ["False"] * 5 + ["True"]
    assert len(store.read_now(lambda tx: tx.users.administrators())) == 1
    assert len(store.read_now(lambda tx: tx.organizations.all())) == 1


def test_an_empty_store_is_nobodys_unless_it_says_so(store: SqlStore) -> None:
    with pytest.raises(SignUpClosed):
        register(Office(store, INVITE))
    assert not register(Office(store, OPEN)).is_admin


@pytest.fixture
def office(store: SqlStore) -> Office:
    """A store after its first start, where who is invited may register."""
    office = Office(store, INVITE)
    started(store, hashed=f"hash of {PRESET.password}")
    return office


def ground(office: Office) -> tuple[str, str, Team]:
    """Give a session of the owner, the organization and its team."""
    [org] = office.store.read_now(lambda tx: tx.organizations.all())
    [team] = office.store.read_now(lambda tx: tx.teams.of_org(org.id))
    return root(office), org.id, team


@pytest.mark.parametrize(
    ("role", "team_role"), [("viewer", TeamRole.VIEWER), ("member", TeamRole.EDITOR), ("admin", TeamRole.EDITOR)]
)
def test_who_is_invited_registers_verified_into_the_organization(
    office: Office, role: str, team_role: TeamRole
) -> None:
    token, org_id, team = ground(office)
    made = invite(office, token, org_id, role=OrgRole(role), team_id=team.id)
    code = office.letters.code(EVE)
    assert office.letters.take() == [(EVE, "Invitation to Default Org")]
    user = register(office, email=EVE.upper(), invitation=code.lower())
    assert (user.is_admin, user.is_verified) == (False, True)
    roles = office.store.read_now(lambda tx: (tx.organizations.role(org_id, user.id), tx.teams.role(team.id, user.id)))
    assert roles == (OrgRole(role), team_role)
    assert office.store.read_now(lambda tx: tx.invitations.of_org(org_id, made.created_at)) == []
    log = actions(office.store, f"org:{org_id}")
    assert log[-4:] == [
        "invitation.created",
        "invitation.accepted",
        "organization_member.added",
        "team_member.added",
    ]
    assert EVE not in repr(check_log(office.store)).lower()
    office.letters.take()
    with pytest.raises(InvalidCode):
        register(office, email="other@example.com", invitation=code)


def test_an_invitation_is_for_its_address_and_a_week(office: Office) -> None:
    token, org_id, _ = ground(office)
    invite(office, token, org_id)
    code = office.letters.code(EVE)
    for fields in ({"email": "mallory@example.com", "invitation": code}, {"invitation": "WRONG"}):
        with pytest.raises(InvalidCode):
            register(office, **fields)
    office.hours.wait(days=7)
    with pytest.raises(InvalidCode):
        register(office, invitation=code)
    assert office.passwords.hashed == []


def test_a_new_invitation_replaces_the_one_before(office: Office) -> None:
    token, org_id, _ = ground(office)
    invite(office, token, org_id)
    first = office.letters.code(EVE)
    made = invite(office, token, org_id)
    assert [one.id for one in office.store.read_now(lambda tx: tx.invitations.of_org(org_id, made.created_at))] == [
        made.id
    ]
    with pytest.raises(InvalidCode):
        register(office, invitation=first)
    assert register(office, invitation=office.letters.code(EVE)).email == EVE


def test_who_has_an_account_learns_it_with_the_code_from_the_mail(office: Office) -> None:
    token, org_id, _ = ground(office)
    invite(office, token, org_id, email=PRESET.email)
    with pytest.raises(AlreadyExists):
        register(office, email=PRESET.email, invitation=office.letters.code(PRESET.email))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": "no address"}, InvalidInput),
        ({"role": OrgRole.OWNER}, InvalidInput),
        ({"team_id": make.new_id()}, NotFound),
    ],
)
def test_what_cannot_be_an_invitation(office: Office, fields: dict[str, Any], error: type[DomainError]) -> None:
    token, org_id, _ = ground(office)
    with pytest.raises(error):
        invite(office, token, org_id, **fields)
    assert office.letters.sent == []


def test_where_sign_up_is_closed_nobody_is_invited(store: SqlStore) -> None:
    started(store, hashed=f"hash of {PRESET.password}")
    office = Office(store, CLOSED)
    token, org_id, _ = ground(office)
    with pytest.raises(SignUpClosed):
        invite(office, token, org_id)
    with pytest.raises(SignUpClosed):
        register(office, invitation="whatever")
