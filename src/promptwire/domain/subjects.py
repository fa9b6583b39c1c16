"""Who is asking: a person's session, an API key, or the operator on the server's own machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from promptwire.domain.credentials import ApiKey
from promptwire.domain.users import User


@dataclass(frozen=True, slots=True)
class UserSubject:
    """A person who is signed in."""

    user: User

    @property
    def log_name(self) -> tuple[str, str]:
        """Give kind and id, as the change log has them."""
        return ("user", self.user.id)


@dataclass(frozen=True, slots=True)
class KeySubject:
    """A program with an API key; it acts as itself."""

    key: ApiKey

    @property
    def log_name(self) -> tuple[str, str]:
        """Give kind and id, as the change log has them."""
        return ("api_key", self.key.id)


@dataclass(frozen=True, slots=True)
class OperatorSubject:
    """The command line on the server's machine, or the server itself; never from a request."""

    @property
    def log_name(self) -> tuple[str, str]:
        """Give kind and id, as the change log has them."""
        return ("system", "operator")


Subject: TypeAlias = UserSubject | KeySubject
