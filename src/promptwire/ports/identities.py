"""The identity provider, and what the store keeps of who it has sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from promptwire.domain.identities import GivenRole, Handover, Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What a browser takes along to the provider, and must bring back."""

    state: str
    nonce: str
    verifier: str
    """Of PKCE (RFC 7636)."""


class IdentityProvider(Protocol):
    """An OpenID Connect provider."""

    async def way_out(self, departure: Departure, redirect_uri: str) -> str:
        """Give the address to which a browser goes to sign in.

        Raises:
            SignInFailed: When the provider cannot be asked, or is another one than it should be.
        """
        ...

    async def identify(self, departure: Departure, redirect_uri: str, code: str) -> Identity:
        """Give who came back with a code.

        Raises:
            SignInFailed: Naming what is wrong with the code or the token, or that the provider cannot be asked.
        """
        ...


class IdentityRepository(Protocol):
    """Who the provider has sent, and which roles its groups gave."""

    def user_of(self, issuer: str, subject: str) -> str | None:
        """Give the id of the person with this identity."""
        ...

    def link(self, issuer: str, subject: str, user_id: str, at: datetime) -> None:
        """Note that an identity is a person's."""
        ...

    def given(self, user_id: str) -> Sequence[GivenRole]:
        """List the roles that groups gave a person."""
        ...

    def note(self, given: GivenRole) -> None:
        """Note a role that a group gave, in place of the one noted there."""
        ...

    def forget(self, given: GivenRole) -> None:
        """Note that groups give no role there any more."""
        ...

    def hand_over(self, handover: Handover) -> None:
        """Keep a sign-in for the program that waits for it."""
        ...

    def purge(self, now: datetime, limit: int) -> int:
        """Forget sign-ins that nobody has taken over in time, so many at most; gives how many."""
        ...

    def take_over(self, code_hash: str, now: datetime) -> Handover | None:
        """Give the sign-in kept for a code, once; None where it has expired."""
        ...
