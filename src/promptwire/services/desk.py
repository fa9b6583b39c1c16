"""What use cases of several steps need: those that hash a password between two transactions, or send mail after one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from promptwire.domain.users import SignUp
from promptwire.ports.mail import Mail, Message
from promptwire.ports.passwords import Passwords
from promptwire.ports.storage import Store
from promptwire.services.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that do with people what is more than one unit of work."""

    store: Store
    passwords: Passwords
    mail: Mail
    limits: Limits
    session_lifetime: timedelta
    sign_up: SignUp = SignUp.INVITE
    first_registers: bool = False
    """Whether the first to register, in an empty store, becomes its administrator."""

    takes_passwords: bool = True
    """Whether anybody signs in with a password."""

    public_url: str | None = None
    """The address of the pages, for links in mail; None where that is not known."""

    def post(self, letters: Iterable[Message]) -> None:
        """Send letters, once what they speak of is committed."""
        for letter in letters:
            self.mail.send(letter)
