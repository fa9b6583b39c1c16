"""Codes that come by mail: what they confirm, how they look, and how long they count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from promptwire.domain.roles import OrgRole

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Digits and letters that nobody takes for one another; five bits each."""
CODE_GROUPS, CODE_GROUP = 7, 4
"""Characters of a code: seven groups of four are 140 bits, more than anybody tries."""
CODE_LIFETIME = timedelta(minutes=15)
REGISTRATION_LIFETIME = timedelta(days=1)
"""How long a person may ask for another code before they have to register anew."""
INVITATION_LIFETIME = timedelta(days=7)
CODE_TRIES = 10
"""Wrong codes for an address until the right one counts no longer."""

_SEPARATORS = re.compile(r"[\s-]+")


class Purpose(Enum):
    """What a code is for."""

    REGISTRATION = "registration"
    """To become a person with this address."""
    ADDRESS = "address"
    """To have this address from now on."""
    PASSWORD = "password"  # noqa: S105 - the word, not one
    """To set a new password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that was asked for; one that was asked for in vain is stored like any other, and mailed to nobody."""

    id: str
    """Of a registration: the id that the person will have."""
    purpose: Purpose
    email: str
    """The address it is for, and is mailed to."""
    code_hash: str
    created_at: datetime
    expires_at: datetime
    """When the code counts no longer."""
    kept_until: datetime
    """When what it would confirm is forgotten."""
    user_id: str | None = None
    """Whose address or password it changes."""
    password_hash: str | None = None
    """The password of a registration."""
    tries_left: int = CODE_TRIES
    used_at: datetime | None = None

    @property
    def is_real(self) -> bool:
        """Tell whether there is anything that the code would confirm."""
        return self.user_id is not None or self.password_hash is not None

    def counts(self, now: datetime) -> bool:
        """Tell whether the code may still be used, or was and may be sent again."""
        return self.tries_left > 0 and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """Whom to invite, and as what."""

    email: str
    role: OrgRole = OrgRole.MEMBER
    team_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An address that may register by itself, and what it will belong to; at most one in an organization."""

    id: str
    org_id: str
    team_id: str | None
    email: str
    role: OrgRole
    created_by: str | None
    created_at: datetime
    expires_at: datetime


def read_code(text: str) -> str:
    """Give the one form of a code, however it was pasted."""
    return _SEPARATORS.sub("", text).upper()
