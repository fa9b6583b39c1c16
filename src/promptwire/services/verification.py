"""Confirming an e-mail address with the code that was mailed there: of a registration, or of a person's new address.

Whatever address is named, the same is written and the same is answered: nobody learns who is registered. Only the
owner of an address learns it, by mail.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from promptwire.domain.changes import INSTANCE
from promptwire.domain.codes import CODE_LIFETIME, CODE_TRIES, Code, Purpose, read_code
from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import AlreadyExists, InvalidCode, InvalidInput
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import User, email_key, is_email
from promptwire.ports.mail import Message
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, letters
from promptwire.services.calls import Act, Call, Input, Object, new_id, record
from promptwire.services.desk import Desk
from promptwire.services.secrets import new_code

_CONFIRMING = (Purpose.REGISTRATION, Purpose.ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An address, and the code that was mailed there."""

    email: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a right code did."""

    already: bool = False
    """Whether it was used before."""
    letters: Sequence[Message] = ()


def ask(tx: Transaction, code: Code) -> str:
    """Store a new code in the place of an earlier one; gives its text, which is stored nowhere."""
    text = new_code()
    tx.codes.put(replace(code, code_hash=token_hash(read_code(text))))
    return text


def new_request(call: Call, purpose: Purpose, email: str, *, kept: timedelta = CODE_LIFETIME) -> Code:
    """Begin something that a code will confirm."""
    return Code(
        id=new_id(),
        purpose=purpose,
        email=email,
        code_hash="",
        created_at=call.now,
        expires_at=call.now + CODE_LIFETIME,
        kept_until=call.now + kept,
    )


async def send_again(desk: Desk, call: Call, email: str) -> None:
    """Mail another code to who has something to confirm with this address.

    Raises:
        InvalidInput: Without an address.
        TooManyRequests: When the caller or the mailbox has had too many.
    """
    if not email:
        raise InvalidInput("email is required", "email")
    desk.limits.ask(call.address, email)
    if is_email(email):
        desk.post(await desk.store.write(lambda tx: _renew(tx, call, email)))


def _renew(tx: Transaction, call: Call, email: str) -> Sequence[Message]:
    waiting = [one for one in tx.codes.of_email(email, _CONFIRMING) if _waits(one, call)]
    user = tx.users.by_email(email)
    if user and not user.is_verified and not waiting:
        waiting = [replace(new_request(call, Purpose.ADDRESS, user.email), user_id=user.id)]
    if not waiting:
        ask(tx, new_request(call, Purpose.REGISTRATION, email))
        return ()
    until = call.now + CODE_LIFETIME
    renewed = [
        replace(one, expires_at=until, kept_until=max(one.kept_until, until), tries_left=CODE_TRIES) for one in waiting
    ]
    return [letters.with_code(one, ask(tx, one)) for one in renewed]


def _waits(code: Code, call: Call) -> bool:
    return code.is_real and code.used_at is None and call.now < code.kept_until


async def verify_email(desk: Desk, call: Call, read: Input[Proof]) -> Confirmed:
    """Confirm an address.

    Raises:
        InvalidInput, InvalidBody: As their names say.
        TooManyRequests: When the address was tried too often.
        InvalidCode: When it is another code, for whatever reason.
    """
    proof = read()
    if not proof.email or not proof.code:
        raise InvalidInput("email and code are required", "code" if proof.email else "email")
    with desk.limits.attempt("code", proof.email, call.address):
        try:
            done = await desk.store.write(lambda tx: _confirm(tx, call, proof))
        except AlreadyExists:  # somebody else was quicker
            done = None
        if done is None:
            raise InvalidCode("verification")
    desk.post(done.letters)
    return done


def _confirm(tx: Transaction, call: Call, proof: Proof) -> Confirmed | None:
    """Do what the code is for; None, with the try counted, for a wrong one."""
    asked = tx.codes.of_email(proof.email, _CONFIRMING) if is_email(proof.email) else ()
    digest = token_hash(read_code(proof.code))
    code = next((one for one in asked if hmac.compare_digest(one.code_hash, digest) and one.counts(call.now)), None)
    if code is None:
        for one in asked:
            tx.codes.count_try(one.id)
        return None
    if code.used_at:
        return Confirmed(already=True)
    done = _register(tx, call, code) if code.purpose is Purpose.REGISTRATION else _change_address(tx, call, code)
    tx.codes.use(code.id, call.now)
    return done


def _register(tx: Transaction, call: Call, code: Code) -> Confirmed | None:
    if code.password_hash is None or tx.users.by_email(code.email):
        return None
    user = User(id=code.id, email=code.email, is_admin=False, is_verified=True, created_at=call.now)
    accounts.add_self(tx, call, user, code.password_hash)
    return Confirmed()


def _change_address(tx: Transaction, call: Call, code: Code) -> Confirmed | None:
    user = tx.users.get(code.user_id) if code.user_id else None
    if user is None:
        return None
    set_address(tx, Act(UserSubject(user), call), user, code.email)
    changed = email_key(user.email) != email_key(code.email)
    return Confirmed(letters=[letters.address_changed(user.email)] if changed else ())


def set_address(tx: Transaction, act: Act, user: User, email: str) -> User:
    """Give a person a verified address; codes that were mailed to the old one no longer count.

    Raises:
        AlreadyExists: When it is taken, in any case.
    """
    tx.users.set_email(user.id, email)
    tx.codes.delete_of_user(user.id)
    after = {"email_changed": user.email != email, "is_verified": True}
    record(tx, act, INSTANCE, "user.updated", of=Object("user", user.id), before=accounts.facts(user), after=after)
    return replace(user, email=email, is_verified=True)
