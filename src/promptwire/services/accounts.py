"""Accounts: make them, and set their passwords."""

from __future__ import annotations

from promptwire.domain.changes import INSTANCE, Facts
from promptwire.domain.errors import AlreadyExists, InvalidInput, NotFound, SignUpClosed
from promptwire.domain.organizations import Team
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
    tx.users.insert(user, password_hash)
    record(tx, act, INSTANCE, "user.created", of=Object("user", user.id), after=_facts(user))
    return user


def check(tx: Transaction, call: Call, read: Input[NewUser]) -> tuple[Act, NewUser, Team | None]:
    """Find out whether a person may be registered, and by whom: only administrators of the instance do it.

    It is asked before the password is hashed, which is slow on purpose, and again when the person is added.

    Raises:
        SignUpClosed: For whoever sends no credential.
        Unauthenticated, UserNotVerified, Forbidden: For whoever is no administrator.
        InvalidInput, InvalidBody, NotFound, AlreadyExists: As `register`.
    """
    if call.token is None:
        raise SignUpClosed
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
        SignUpClosed, Unauthenticated, UserNotVerified, Forbidden: As `check`.
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
    tx.users.set_password(user.id, password_hash)
    after = {"credential_changed": True}
    record(tx, act, INSTANCE, "user.password_reset", of=Object("user", user.id), after=after)
    sessions.end_all(tx, act, user.id)
    return user


def _facts(user: User) -> Facts:
    return {"is_admin": user.is_admin, "is_verified": user.is_verified}
