"""Sessions: sign in, sign out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from promptwire.domain.changes import INSTANCE, Facts, timestamp
from promptwire.domain.credentials import SESSION_PREFIX, Session, token_hash
from promptwire.domain.errors import InvalidCredentials
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import User, is_email
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act, Call, Object, new_id, record
from promptwire.services.secrets import new_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session, with its token, which is shown this once."""

    session: Session
    token: str
    user: User


def stored_hash(tx: Transaction, email: str) -> str | None:
    """Give what is stored of the password of the person with this address; None where there is nobody.

    What has not the form of an address is nobody's, and not worth asking the store for.
    """
    user = tx.users.by_email(email) if is_email(email) else None
    return tx.users.password_hash(user.id) if user else None


def begin(tx: Transaction, call: Call, email: str, verified_hash: str | None, *, lifetime: timedelta) -> SignedIn:
    """Sign a person in whose password fits a hash, if that is still what is stored.

    The comparison is slow on purpose, so it comes before and outside of the transaction.

    Raises:
        InvalidCredentials: When nobody has this address, or the password was changed meanwhile.
    """
    user = tx.users.by_email(email) if verified_hash else None
    if user is None or tx.users.password_hash(user.id) != verified_hash:
        raise InvalidCredentials
    session = Session(id=new_id(), user_id=user.id, created_at=call.now, expires_at=call.now + lifetime)
    token = new_secret(SESSION_PREFIX)
    tx.sessions.insert(session, token_hash(token))
    act, of = Act(UserSubject(user), call), Object("session", session.id)
    record(tx, act, INSTANCE, "session.created", of=of, after=_facts(session))
    return SignedIn(session=session, token=token, user=user)


def end(tx: Transaction, call: Call) -> None:
    """Sign out whoever makes the call; a credential that is no session, or none any more, changes nothing."""
    if not call.token or not call.token.startswith(SESSION_PREFIX):
        return
    session = tx.sessions.by_hash(token_hash(call.token))
    user = tx.users.get(session.user_id) if session else None
    if session and user:
        tx.sessions.delete(session.id)
        act, of = Act(UserSubject(user), call), Object("session", session.id)
        record(tx, act, INSTANCE, "session.deleted", of=of, before=_facts(session))


def end_all(tx: Transaction, act: Act, user_id: str) -> None:
    """End every session of a person."""
    for session_id in tx.sessions.delete_of_user(user_id):
        of, before = Object("session", session_id), {"user_id": user_id}
        record(tx, act, INSTANCE, "session.deleted", of=of, before=before)


def _facts(session: Session) -> Facts:
    return {"user_id": session.user_id, "expires_at": timestamp(session.expires_at)}
