"""Accounts: make them, and set their passwords."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.changes import INSTANCE, Facts
from promptwire.domain.errors import AlreadyExists, InvalidInput, LastAdministrator, NotFound
from promptwire.domain.organizations import Team
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import NewUser, User, check_email, check_new_user
from promptwire.ports.storage import Transaction
from promptwire.services import sessions, teams
from promptwire.services.access import Access, authenticate
from promptwire.services.administration import require_instance_admin
from promptwire.services.calls import Act, Call, Input, Object, new_id, record


def add(tx: Transaction, act: Act, email: str, password_hash: str, *, is_admin: bool = False) -> User:
    """Add a person whose address is vouched for.

    Raises:
        InvalidInput: When the address has not the form of one.
        AlreadyExists: When it is taken, in any case.
    """
    user = User(id=new_id(), email=check_email(email), is_admin=is_admin, is_verified=True, created_at=act.now)
    return insert(tx, act, user, password_hash)


def insert(tx: Transaction, act: Act, user: User, password_hash: str) -> User:
    """Add a person.

    Raises:
        AlreadyExists: When the address is taken, in any case.
    """
    tx.users.insert(user, password_hash)
    record(tx, act, INSTANCE, "user.created", of=Object("user", user.id), after=facts(user))
    return user


def add_self(tx: Transaction, call: Call, user: User, password_hash: str) -> Act:
    """Add a person who registers by themselves; gives what they go on with.

    Raises:
        AlreadyExists: When the address is taken, in any case.
    """
    act = Act(UserSubject(user), call)
    insert(tx, act, user, password_hash)
    return act


def check(tx: Transaction, call: Call, read: Input[NewUser]) -> tuple[Act, NewUser, Team | None]:
    """Find out whether a person may be registered, and by whom: only administrators of the instance do it.

    It is asked before the password is hashed, which is slow on purpose, and again when the person is added.

    Raises:
        Unauthenticated, UserNotVerified, Forbidden: For whoever is no administrator.
        InvalidInput, InvalidBody, NotFound, AlreadyExists: As `register`.
    """
    act = authenticate(tx, call, Access.SESSION)
    require_instance_admin(act)
    new = check_new_user(read())
    team = _team_to_join(tx, new.team_id) if new.team_id else None
    if tx.users.by_email(new.email):
        raise AlreadyExists("email")
    return act, new, team


def register(tx: Transaction, call: Call, read: Input[NewUser], password_hash: str) -> User:
    """Add a verified person, and let them into a team if one is given, as its editor.

    Raises:
        Unauthenticated, UserNotVerified, Forbidden: As `check`.
        InvalidInput, InvalidBody: As their names say, or where the team belongs to no organization.
        NotFound: When there is no such team.
        AlreadyExists: When the address is taken, in any case.
    """
    act, new, team = check(tx, call, read)
    user = add(tx, act, new.email, password_hash)
    if team:
        teams.join(tx, act, team, user.id)
    return user


def _team_to_join(tx: Transaction, team_id: str) -> Team:
    team = tx.teams.get(team_id)
    if team is None:
        raise NotFound("team")
    if team.org_id is None:
        raise InvalidInput("team does not belong to any organization", "team_id")
    return team


def reset_password(tx: Transaction, act: Act, email: str, password_hash: str) -> User:
    """Give a person another password, and end all sessions; for the operator on the server's machine.

    Raises:
        NotFound: When nobody has this address.
    """
    user = tx.users.by_email(email)
    if user is None:
        raise NotFound("user")
    replace_password(tx, act, user.id, password_hash, action="user.password_reset")
    return user


def set_administrator(tx: Transaction, act: Act, email: str, *, is_admin: bool) -> None:
    """Let somebody administer the instance, or no more; doing it again changes nothing.

    Raises:
        NotFound: When nobody has this address.
        LastAdministrator: When nobody else would administer the instance.
    """
    tx.users.lock()
    user = tx.users.by_email(email)
    if user is None:
        raise NotFound("user")
    if user.is_admin == is_admin:
        return
    if list(tx.users.administrators()) == [user.id]:
        raise LastAdministrator(role="administrator", of="instance")
    tx.users.set_administrator(user.id, is_admin=is_admin)
    after = facts(replace(user, is_admin=is_admin))
    record(tx, act, INSTANCE, "user.updated", of=Object("user", user.id), before=facts(user), after=after)


def replace_password(tx: Transaction, act: Act, user_id: str, password_hash: str, *, action: str) -> None:
    """Give a person another password, end all their sessions, and forget every code that was mailed to them."""
    tx.users.set_password(user_id, password_hash)
    tx.codes.delete_of_user(user_id)
    record(tx, act, INSTANCE, action, of=Object("user", user_id), after={"credential_changed": True})
    sessions.end_all(tx, act, user_id)


def facts(user: User) -> Facts:
    """Give what the log says of a person."""
    return {"is_admin": user.is_admin, "is_verified": user.is_verified}
