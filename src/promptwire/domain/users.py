"""People: their account, and what an e-mail address and a password must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from promptwire.domain.errors import InvalidInput

_EMAIL = re.compile(r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")
_MAX_EMAIL = 254
_MIN_PASSWORD = 8
_MAX_PASSWORD = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person's account."""

    id: str
    email: str
    is_admin: bool
    """Whether the person administers this instance."""
    is_verified: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What is asked for when a person is registered."""

    email: str
    password: str
    team_id: str | None = None
    invitation: str = ""
    """The code of an invitation, where a person was invited."""


class SignUp(Enum):
    """Who may register without an administrator."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


def check_new_user(new: NewUser) -> NewUser:
    """Give back a registration whose address and password may be stored.

    Source: contracts/px0.md 1.9.

    Raises:
        InvalidInput: Naming the first rule that is broken.
    """
    if not new.email or not new.password:
        raise InvalidInput("email and password are required", "password" if new.email else "email")
    check_email(new.email)
    check_password(new.password)
    return new


def check_email(email: str) -> str:
    """Give back an e-mail address that may be stored.

    Source: contracts/px0.md 1.9.

    Raises:
        InvalidInput: When it has not the form of one.
    """
    if not is_email(email):
        raise InvalidInput("invalid email format", "email")
    return email


def is_email(text: str) -> bool:
    """Tell whether a text has the form of an e-mail address."""
    return len(text) <= _MAX_EMAIL and _EMAIL.fullmatch(text) is not None


def email_key(email: str) -> str:
    """Give the form in which two spellings of one address are equal."""
    return email.lower()


def check_password(password: str) -> str:
    """Give back a password that is good enough.

    Source: contracts/px0.md 1.9.

    Raises:
        InvalidInput: When it is too short, too long, or lacks one of the four kinds of characters.
    """
    if len(password.encode(errors="surrogatepass")) < _MIN_PASSWORD:
        raise InvalidInput("password must be at least 8 characters", "password")
    if len(password) > _MAX_PASSWORD:
        raise InvalidInput(f"password must be at most {_MAX_PASSWORD} characters", "password")
    kinds = {_kind(char) for char in password}
    if len(kinds) < len(("upper", "lower", "digit", "special")):
        raise InvalidInput(
            "password must contain at least one uppercase letter, one lowercase letter, one digit, "
            "and one special character",
            "password",
        )
    return password


def _kind(char: str) -> str:
    if "A" <= char <= "Z":
        return "upper"
    if "a" <= char <= "z":
        return "lower"
    return "digit" if "0" <= char <= "9" else "special"
