"""Accounts: make them, and set their passwords."""

from __future__ import annotations

from promptwire.domain.changes import INSTANCE, Facts
from promptwire.domain.errors import NotFound
from promptwire.domain.users import User, check_email
from promptwire.ports.storage import Transaction
from promptwire.services import sessions
from promptwire.services.calls import Act, Object, new_id, record


def add(tx: Transaction, act: Act, email: str, password_hash: str, *, is_admin: bool = False) -> User:
    """Add a person whose address is vouched for.

    Raises:
        InvalidInput: When the address has not the form of one.
        AlreadyExists: When it is taken, in any case.
    """
    user = User(id=new_id(), email=check_email(email), is_admin=is_admin, is_verified=True, created_at=act.now)
    tx.users.insert(user, password_hash)
    record(tx, act, INSTANCE, "user.created", of=Object("user", user.id), after=_facts(user))
    return user


def reset_password(tx: Transaction, act: Act, email: str, password_hash: str) -> User:
    """Give a person another password, and end all sessions; for the operator on the server's machine.

    Raises:
        NotFound: When nobody has this address.
    """
    user = tx.users.by_email(email)
    if user is None:
        raise NotFound("user")
    tx.users.set_password(user.id, password_hash)
    after = {"credential_changed": True}
    record(tx, act, INSTANCE, "user.password_reset", of=Object("user", user.id), after=after)
    sessions.end_all(tx, act, user.id)
    return user


def _facts(user: User) -> Facts:
    return {"is_admin": user.is_admin, "is_verified": user.is_verified}
