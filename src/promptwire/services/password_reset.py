"""A new password for who has forgotten the old one, with a code that is mailed to the address of the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.codes import Code, Purpose, read_code
from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import InvalidCode, InvalidInput
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import check_password, email_key, is_email
from promptwire.ports.mail import Message
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, letters
from promptwire.services.calls import Act, Call, Input
from promptwire.services.desk import Desk
from promptwire.services.verification import ask, new_request


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """A password to set, and the code that lets one; the code alone says whose, an address besides must be that one."""

    code: str
    password: str
    email: str = ""


async def trigger(desk: Desk, call: Call, read: Input[str]) -> None:
    """Mail a code to the person with this address, if there is one; nobody else learns whether there is.

    Raises:
        InvalidInput, InvalidBody: As their names say.
        TooManyRequests: When the caller or the mailbox has had too many.
    """
    email = read()
    if not email:
        raise InvalidInput("email is required", "email")
    desk.limits.ask(call.address, email)
    if is_email(email):
        desk.post(await desk.store.write(lambda tx: _ask(tx, call, email)))


def _ask(tx: Transaction, call: Call, email: str) -> Sequence[Message]:
    user = tx.users.by_email(email)
    request = new_request(call, Purpose.PASSWORD, user.email if user else email)
    text = ask(tx, replace(request, user_id=user.id if user else None))
    return [letters.with_code(request, text)] if user else ()


async def reset(desk: Desk, call: Call, read: Input[NewPassword]) -> str:
    """Set a new password, and end every session; gives the address of the account.

    Raises:
        InvalidInput, InvalidBody: As their names say.
        TooManyRequests: When the caller has tried too many codes.
        InvalidCode: When it is another code, was used, or has expired.
    """
    new = read()
    if not new.code or not new.password:
        raise InvalidInput("code and new_password are required", "new_password" if new.code else "code")
    check_password(new.password)
    with desk.limits.attempt("code", new.email, call.address):
        if not await desk.store.write(lambda tx: _find(tx, call, new)):
            raise InvalidCode("password reset")
        password_hash = await desk.passwords.hash(new.password)
        email = await desk.store.write(lambda tx: _apply(tx, call, new, password_hash))
        if email is None:  # used meanwhile
            raise InvalidCode("password reset")
    desk.post([letters.password_changed(email)])
    return email


def _find(tx: Transaction, call: Call, new: NewPassword) -> Code | None:
    """Give what a code is for; None for a wrong one, with the try counted where it is known at what."""
    code = tx.codes.by_hash(token_hash(read_code(new.code)), Purpose.PASSWORD)
    if code and code.user_id and code.counts(call.now) and _is_for(code, new.email):
        return code
    if is_email(new.email):
        for one in tx.codes.of_email(new.email, (Purpose.PASSWORD,)):
            tx.codes.count_try(one.id)
    return None


def _is_for(code: Code, email: str) -> bool:
    return not email or email_key(code.email) == email_key(email)


def _apply(tx: Transaction, call: Call, new: NewPassword, password_hash: str) -> str | None:
    code = _find(tx, call, new)
    user = tx.users.get(code.user_id) if code and code.user_id else None
    if user is None:
        return None
    act = Act(UserSubject(user), call)
    accounts.replace_password(tx, act, user.id, password_hash, action="user.password_reset")
    return user.email
