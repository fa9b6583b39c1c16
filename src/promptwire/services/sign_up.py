"""Registering: by an administrator, by oneself where sign-up is open, with an invitation, or as the very first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Protocol

from promptwire.domain.codes import REGISTRATION_LIFETIME, Purpose
from promptwire.domain.errors import AlreadyExists, Forbidden, InvalidBody, InvalidInput, SignUpClosed
from promptwire.domain.users import NewUser, SignUp, User, check_new_user
from promptwire.ports.mail import Message
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, bootstrap, invitations, letters
from promptwire.services.calls import Call, Input, new_id
from promptwire.services.desk import Desk
from promptwire.services.verification import ask, new_request

AN_ADMINISTRATOR_FOR_TEAMS = "instance administrator, to register into a team"
"""What somebody needs who registers with a team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A person who registered, or will have once the code comes back, and the mail that says so."""

    user: User
    letters: Sequence[Message] = ()


class _Way(Protocol):
    """How somebody registers."""

    def check(self, tx: Transaction) -> NewUser:
        """Find out whether they may, before the password is hashed, which is slow on purpose."""
        ...

    def finish(self, tx: Transaction, password_hash: str) -> Registered | None:
        """Check again, and do it; None where it must begin anew, for somebody else was quicker."""
        ...


async def register(desk: Desk, call: Call, read: Input[NewUser]) -> User:
    """Register a person.

    Raises:
        SignUpClosed: For whoever sends no credential where nobody registers by themselves.
        TooManyRequests: When the caller has registered, or tried invitations, too often.
        Unauthenticated, UserNotVerified, Forbidden: As `accounts.check`; and for a team without an administrator.
        InvalidInput, InvalidBody, InvalidCode, NotFound, AlreadyExists: As their names say.
    """
    while True:
        way, guard = await _choose(desk, call, read)
        with guard:
            new = await desk.store.read(way.check)
            password_hash = await desk.passwords.hash(new.password)
            done = await desk.store.write(lambda tx: way.finish(tx, password_hash))  # noqa: B023 - awaited at once
        if done:
            desk.post(done.letters)
            return done.user


async def _choose(desk: Desk, call: Call, read: Input[NewUser]) -> tuple[_Way, AbstractContextManager[None]]:
    if call.token is not None:
        return _ByAdministrator(call, read), nullcontext()
    if desk.first_registers and not await desk.store.read(lambda tx: tx.users.exist()):
        desk.limits.ask(call.address)
        return _First(call, read), nullcontext()
    if desk.sign_up is SignUp.CLOSED:
        raise SignUpClosed
    invited = _with_invitation(read)
    if invited:
        return _Invited(call, invited), desk.limits.attempt("invitation", invited.email, call.address)
    if desk.sign_up is SignUp.INVITE:
        raise SignUpClosed(by_invitation=True)
    desk.limits.ask(call.address, read().email)
    return _Open(call, read), nullcontext()


def _with_invitation(read: Input[NewUser]) -> NewUser | None:
    try:
        return read() if read().invitation else None
    except (InvalidBody, InvalidInput):
        return None


@dataclass(frozen=True, slots=True)
class _ByAdministrator:
    """An administrator of the instance vouches for the address."""

    call: Call
    read: Input[NewUser]

    def check(self, tx: Transaction) -> NewUser:
        return accounts.check(tx, self.call, self.read)[1]

    def finish(self, tx: Transaction, password_hash: str) -> Registered:
        return Registered(user=accounts.register(tx, self.call, self.read, password_hash))


@dataclass(frozen=True, slots=True)
class _First:
    """Nobody is there yet: the first becomes administrator, with an organization and a team."""

    call: Call
    read: Input[NewUser]

    def check(self, _: Transaction) -> NewUser:
        return _check(self.read())

    def finish(self, tx: Transaction, password_hash: str) -> Registered | None:
        tx.users.lock()
        if tx.users.exist():
            return None
        user = _person(self.call, self.read().email, is_admin=True)
        bootstrap.first_organization(tx, accounts.add_self(tx, self.call, user, password_hash), user)
        return Registered(user=user)


@dataclass(frozen=True, slots=True)
class _Invited:
    """The invitation came by mail, so the address is the person's own."""

    call: Call
    new: NewUser

    def check(self, tx: Transaction) -> NewUser:
        _check(self.new)
        invitations.find(tx, self.call, self.new)
        if tx.users.by_email(self.new.email):
            raise AlreadyExists("email")
        return self.new

    def finish(self, tx: Transaction, password_hash: str) -> Registered:
        invitation = invitations.find(tx, self.call, self.new)
        user = _person(self.call, self.new.email)
        act = accounts.add_self(tx, self.call, user, password_hash)
        invitations.accept(tx, act, invitation, user)
        return Registered(user=user)


@dataclass(frozen=True, slots=True)
class _Open:
    """Anybody: there is no person, and no entry in the log, until the code comes back from the address.

    For an address that has an account, the same is written and answered; only its owner learns, by mail.
    """

    call: Call
    read: Input[NewUser]

    def check(self, _: Transaction) -> NewUser:
        return _check(self.read())

    def finish(self, tx: Transaction, password_hash: str) -> Registered:
        email = self.read().email
        owner = tx.users.by_email(email)
        request = new_request(self.call, Purpose.REGISTRATION, email, kept=REGISTRATION_LIFETIME)
        text = ask(tx, replace(request, password_hash=None if owner else password_hash))
        letter = letters.has_account(owner.email) if owner else letters.with_code(request, text)
        user = User(id=request.id, email=email, is_admin=False, is_verified=False, created_at=self.call.now)
        return Registered(user=user, letters=[letter])


def _check(new: NewUser) -> NewUser:
    check_new_user(new)
    if new.team_id:
        raise Forbidden(needs=AN_ADMINISTRATOR_FOR_TEAMS)
    return new


def _person(call: Call, email: str, *, is_admin: bool = False) -> User:
    return User(id=new_id(), email=email, is_admin=is_admin, is_verified=True, created_at=call.now)
