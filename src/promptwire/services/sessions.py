"""Sessions: sign in, sign out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from promptwire.domain.changes import INSTANCE, Facts, timestamp
from promptwire.domain.credentials import SESSION_PREFIX, Session, token_hash
from promptwire.domain.errors import InvalidCredentials, NotFound, PasswordSignInOff
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import User, is_email
from promptwire.ports.storage import Transaction
from promptwire.services.administration import require_person
from promptwire.services.calls import Act, Call, Object, new_id, record
from promptwire.services.desk import Desk
from promptwire.services.secrets import new_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session, with its token, which is shown this once."""

    session: Session
    token: str
    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A session of whoever asks, and whether it is the one they ask with."""

    session: Session
    is_current: bool


def stored_hash(tx: Transaction, email: str) -> str | None:
    """Give what is stored of the password of the person with this address; None where there is nobody.

    What has not the form of an address is nobody's, and not worth asking the store for.
    """
    user = tx.users.by_email(email) if is_email(email) else None
    return tx.users.password_hash(user.id) if user else None


async def sign_in(desk: Desk, call: Call, email: str, password: str) -> SignedIn:
    """Sign in who knows the password of an address; whatever is wrong, it takes as long.

    Raises:
        TooManyRequests: When the account or the address has failed too often.
        InvalidCredentials: When they do not belong together.
        PasswordSignInOff: Where nobody signs in so.
    """
    if not desk.takes_passwords:
        raise PasswordSignInOff
    with desk.limits.attempt("password", email, call.address):
        stored = await desk.store.read(lambda tx: stored_hash(tx, email))
        if not await desk.passwords.verify(stored, password) or stored is None:
            raise InvalidCredentials
        better = await desk.passwords.hash(password) if desk.passwords.needs_rehash(stored) else None
        lifetime = desk.session_lifetime
        return await desk.store.write(
            lambda tx: begin(tx, call, email, stored, lifetime=lifetime, better_hash=better),
        )


def begin(
    tx: Transaction,
    call: Call,
    email: str,
    verified_hash: str | None,
    *,
    lifetime: timedelta,
    better_hash: str | None = None,
) -> SignedIn:
    """Sign a person in whose password fits a hash, if that is still what is stored.

    The comparison is slow on purpose, so it comes before and outside of the transaction; so does making a better
    hash of the same password, where the stored one is of an earlier, cheaper kind.

    Raises:
        InvalidCredentials: When nobody has this address, or the password was changed meanwhile.
    """
    user = tx.users.by_email(email) if verified_hash else None
    if user is None or tx.users.password_hash(user.id) != verified_hash:
        raise InvalidCredentials
    if better_hash:
        tx.users.set_password(user.id, better_hash)
    return begin_for(tx, call, user, lifetime)


def begin_for(tx: Transaction, call: Call, user: User, lifetime: timedelta) -> SignedIn:
    """Begin a session of a person who has shown to be it."""
    session = Session(id=new_id(), user_id=user.id, created_at=call.now, expires_at=call.now + lifetime)
    token = new_secret(SESSION_PREFIX)
    tx.sessions.insert(session, token_hash(token))
    act, of = Act(UserSubject(user), call), Object("session", session.id)
    record(tx, act, INSTANCE, "session.created", of=of, after=_facts(session))
    return SignedIn(session=session, token=token, user=user)


def of_person(tx: Transaction, act: Act) -> Sequence[OwnSession]:
    """List where whoever asks is signed in, newest first, without the tokens.

    Raises:
        Forbidden: When it is no person.
    """
    user, current = require_person(act), token_hash(act.call.token or "")
    this = tx.sessions.by_hash(current)
    found = tx.sessions.of_user(user.id, act.now)
    return [OwnSession(session=one, is_current=this is not None and one.id == this.id) for one in found]


def end_one(tx: Transaction, act: Act, session_id: str) -> None:
    """Sign out whoever asks where they are signed in.

    Raises:
        Forbidden: When it is no person.
        NotFound: When it is none of their sessions.
    """
    user = require_person(act)
    session = next((one for one in tx.sessions.of_user(user.id, act.now) if one.id == session_id), None)
    if session is None:
        raise NotFound("session")
    _end(tx, act, session)


def end(tx: Transaction, call: Call) -> None:
    """Sign out whoever makes the call; a credential that is no session, or none any more, changes nothing."""
    if not call.token or not call.token.startswith(SESSION_PREFIX):
        return
    session = tx.sessions.by_hash(token_hash(call.token))
    user = tx.users.get(session.user_id) if session else None
    if session and user:
        _end(tx, Act(UserSubject(user), call), session)


def _end(tx: Transaction, act: Act, session: Session) -> None:
    tx.sessions.delete(session.id)
    record(tx, act, INSTANCE, "session.deleted", of=Object("session", session.id), before=_facts(session))


def end_all(tx: Transaction, act: Act, user_id: str) -> None:
    """End every session of a person."""
    for session_id in tx.sessions.delete_of_user(user_id):
        of, before = Object("session", session_id), {"user_id": user_id}
        record(tx, act, INSTANCE, "session.deleted", of=of, before=before)


def _facts(session: Session) -> Facts:
    return {"user_id": session.user_id, "expires_at": timestamp(session.expires_at)}
