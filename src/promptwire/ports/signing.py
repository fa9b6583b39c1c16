"""Signatures: who makes them, and who can tell that they are right."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Holds a private key."""

    @property
    def public_key(self) -> str:
        """Give the other half of the key, in hexadecimal."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Give the signature of a message."""
        ...
