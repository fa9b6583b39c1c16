"""Sealing with AES-256-GCM, under a key that is made of the secret and kept nowhere."""

from __future__ import annotations

import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class AesSeal:
    """Closes a text so that only who knows the secret, which must not be guessable, can read it."""

    def close(self, secret: str, text: bytes) -> bytes:
        """Give the sealed text, behind the nonce it was sealed with."""
        nonce = os.urandom(_NONCE)
        return nonce + _cipher(secret).encrypt(nonce, text, None)

    def open(self, secret: str, sealed: bytes) -> bytes | None:
        """Give the text; None where it was closed with another secret."""
        try:
            return _cipher(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            return None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(sha256(b"promptwire receipt\n" + secret.encode()).digest())
