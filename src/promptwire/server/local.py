"""Work on the store itself, by the operator on the server's machine; a server may be running meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from uuid import uuid4

from promptwire.domain.errors import InvalidInput
from promptwire.domain.subjects import OperatorSubject
from promptwire.integrations.passwords import Argon2Passwords
from promptwire.server.clock import now
from promptwire.services import accounts, keys
from promptwire.services.calls import Act, Call
from promptwire.services.secrets import new_password
from promptwire.settings import ServerSettings
from promptwire.storage.migrate import check_is_current, is_blank, migrate
from promptwire.storage.store import SqlStore


def open_store(settings: ServerSettings, before_first: Callable[[], object] = lambda: None) -> SqlStore:
    """Open the store of the settings, with the tables of this release.

    `before_first` is called where there is no store yet, before anything is made; it may refuse.

    Raises:
        InvalidInput: When there is no way to.
    """
    store = SqlStore.open(settings.store)
    try:
        if is_blank(store.engines):
            before_first()
            make_directory(settings)
        migrate(store.engines)
    except BaseException:
        store.close()
        raise
    return store


def make_directory(settings: ServerSettings) -> None:
    """Make the directory of the SQLite file, readable to its owner only, unless the settings name a database.

    Raises:
        InvalidInput: When it cannot be made.
    """
    if settings.database is not None:
        return
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"the data directory {settings.data} cannot be made: {error.strerror}", "data") from None


@contextmanager
def local_store(settings: ServerSettings) -> Iterator[SqlStore]:
    """Open the store for one command, if there is one.

    Raises:
        InvalidInput: When there is none, or no way to open it.
    """
    store = open_store(settings, lambda: _refuse_blank(settings))
    try:
        yield store
    finally:
        store.close()


def _refuse_blank(settings: ServerSettings) -> NoReturn:
    raise InvalidInput(f"there is no store at {settings.store}: name its --data or --database", "data")


@contextmanager
def store_as_it_is(settings: ServerSettings) -> Iterator[SqlStore]:
    """Open the store for a command that changes nothing, not even to the tables of this release.

    Raises:
        InvalidInput: When there is none, it is another release's, or there is no way to open it.
    """
    store = SqlStore.open(settings.store)
    try:
        if is_blank(store.engines):
            _refuse_blank(settings)
        check_is_current(store.engines)
        yield store
    finally:
        store.close()


def operator() -> Act:
    """Act as the operator, now."""
    return Act(OperatorSubject(), Call(token=None, request_id=f"cli-{uuid4().hex}", now=now()))


def reset_password(store: SqlStore, email: str) -> str:
    """Give an account a new password and end its sessions; gives the password.

    Raises:
        NotFound: When nobody has this address.
    """
    password = new_password()
    passwords = Argon2Passwords()
    password_hash = passwords.hash_now(password)
    passwords.close()
    store.write_now(lambda tx: accounts.reset_password(tx, operator(), email, password_hash))
    return password


def set_administrator(store: SqlStore, email: str, *, is_admin: bool) -> None:
    """Let somebody administer the instance, or no more.

    Raises:
        NotFound, LastAdministrator: As their names say.
    """
    store.write_now(lambda tx: accounts.set_administrator(tx, operator(), email, is_admin=is_admin))


def create_key(store: SqlStore, *, name: str, org: str | None) -> str:
    """Make an organization-wide `all` key in the name of its first owner; gives the secret.

    Raises:
        InvalidInput, NotFound: When the organization is none, or not named and not the only one.
    """
    return store.write_now(lambda tx: keys.create_local(tx, operator(), name, organization=org)).secret
