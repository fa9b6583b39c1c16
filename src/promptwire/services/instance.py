"""The instance: who has an account on it, for its administrators."""

from __future__ import annotations

from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services.administration import require_instance_admin
from promptwire.services.calls import Act, Input


def people(tx: Transaction, act: Act, read: Input[Cut[Moment] | None]) -> Page[User, Moment]:
    """List everybody who has an account, newest first; needs an administrator of the instance.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    require_instance_admin(act)
    cut = read()
    return Page.of(tx.users.newest(cut), cut, moment_of)


def check_administers(_: Transaction, act: Act) -> None:
    """Let only an administrator of the instance pass.

    Raises:
        Forbidden: For everybody else.
    """
    require_instance_admin(act)
