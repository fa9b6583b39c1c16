"""Ed25519 signatures, and the file that the private key is kept in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from promptwire.domain.errors import InvalidInput

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Ed25519Signer:
    """Holds an Ed25519 private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> str:
        """Give the public key: 32 bytes in hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """Give the signature of a message: 64 bytes."""
        return self._key.sign(message)


def load_or_make_key(file: Path) -> Ed25519Signer:
    """Give the key in a PEM file; where there is no file, make one that only its owner can read.

    Raises:
        InvalidInput: When the file cannot be made or read, others can read it, or it holds something else.
    """
    try:
        return _make(file)
    except FileExistsError:
        return load_key(file)
    except OSError as error:
        raise InvalidInput(f"the key file {file} cannot be made: {error.strerror}", "key") from None


def _make(file: Path) -> Ed25519Signer:
    key = Ed25519PrivateKey.generate()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as made:
        made.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Ed25519Signer(key)


def load_key(file: Path) -> Ed25519Signer:
    """Give the key in a PEM file.

    Raises:
        InvalidInput: When the file cannot be read, others can read it, or it holds something else.
    """
    try:
        if file.stat().st_mode & _OTHERS:
            raise InvalidInput(f"the key file {file} is open to others: chmod 600 it, or make another key", "key")
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise InvalidInput(f"the key file {file} cannot be read: {error.strerror}", "key") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput(f"the key file {file} holds no Ed25519 private key in PEM without a passphrase", "key")
    return Ed25519Signer(key)


def is_signed(public_key: str, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature of a message was made with the private half of a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
