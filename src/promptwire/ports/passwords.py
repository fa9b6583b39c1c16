"""Passwords: hashing them, slowly on purpose."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    """Turns passwords into hashes and compares them, off the event loop, a few at a time."""

    async def hash(self, password: str) -> str:
        """Give a hash that may be stored."""
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the one that was hashed; None takes as long and is never it."""
        ...

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether a hash was made more cheaply than one would be now."""
        ...
