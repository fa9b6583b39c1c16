"""A person's own account: another address, another password, the end of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.codes import Purpose
from promptwire.domain.errors import InvalidCredentials, InvalidInput
from promptwire.domain.users import User, check_email, check_password, email_key
from promptwire.ports.mail import Message
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, letters
from promptwire.services.access import Access, authenticate
from promptwire.services.administration import require_person
from promptwire.services.calls import Call, Input
from promptwire.services.desk import Desk
from promptwire.services.verification import ask, new_request, set_address


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChange:
    """A person's password, and the one to come."""

    current: str
    new: str


async def change_address(desk: Desk, call: Call, read: Input[str]) -> User:
    """Ask for another address: a code goes there, and until it comes back the person keeps the one they have.

    Whether somebody has the address already is told to nobody but them, by mail.

    Raises:
        Unauthenticated, UserNotVerified, Forbidden: For whoever is no verified person.
        InvalidInput, InvalidBody: As their names say.
        TooManyRequests: When the caller or the mailbox has had too many.
    """
    await desk.store.read(lambda tx: _person(tx, call))
    email = read()
    if not email:
        raise InvalidInput("email is required", "email")
    desk.limits.ask(call.address, check_email(email))
    user, post = await desk.store.write(lambda tx: _change_address(tx, call, email))
    desk.post(post)
    return user


def _person(tx: Transaction, call: Call) -> User:
    return require_person(authenticate(tx, call, Access.PERSON))


def _change_address(tx: Transaction, call: Call, email: str) -> tuple[User, Sequence[Message]]:
    act = authenticate(tx, call, Access.PERSON)
    user = require_person(act)
    if email_key(email) == email_key(user.email):  # another spelling of it
        return (set_address(tx, act, user, email) if email != user.email else user), ()
    owner = tx.users.by_email(email)
    request = new_request(call, Purpose.ADDRESS, email)
    text = ask(tx, replace(request, user_id=None if owner else user.id))
    there = letters.has_account(owner.email) if owner else letters.with_code(request, text)
    return user, (there, letters.address_asked(user.email))


async def change_password(desk: Desk, call: Call, read: Input[PasswordChange]) -> None:
    """Set another password, and end every session, for a stolen one would go on otherwise.

    Raises:
        Unauthenticated, UserNotVerified, Forbidden: For whoever is no verified person.
        TooManyRequests: When the current password was tried too often.
        InvalidInput, InvalidBody: As their names say.
        InvalidCredentials: When the current password is another one.
    """
    user = await desk.store.read(lambda tx: _person(tx, call))
    with desk.limits.attempt("password", user.email, call.address):
        change = _check(read())
        stored = await desk.store.read(lambda tx: tx.users.password_hash(user.id))
        if not await desk.passwords.verify(stored, change.current):
            raise InvalidCredentials(own=True)
        new_hash = await desk.passwords.hash(change.new)
        await desk.store.write(lambda tx: _change_password(tx, call, stored, new_hash))
    desk.post([letters.password_changed(user.email)])


def _check(change: PasswordChange) -> PasswordChange:
    if not change.current or not change.new:
        field = "new_password" if change.current else "current_password"
        raise InvalidInput("current_password and new_password are required", field)
    check_password(change.new)
    return change


def _change_password(tx: Transaction, call: Call, verified_hash: str | None, new_hash: str) -> None:
    act = authenticate(tx, call, Access.PERSON)
    user = require_person(act)
    if tx.users.password_hash(user.id) != verified_hash:  # changed meanwhile
        raise InvalidCredentials(own=True)
    accounts.replace_password(tx, act, user.id, new_hash, action="user.password_changed")
