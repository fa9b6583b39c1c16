"""Receipts: that a request which names itself by an `Idempotency-Key` was carried out, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from promptwire.domain.errors import AlreadyCarriedOut, IdempotencyKeyReused, InvalidInput

KEPT_FOR = timedelta(hours=24)
"""How long a request is carried out once (contracts/evalguard-labels.md A25)."""
KEPT_AT_MOST = 10_000
"""Receipts of one subject; the oldest of more are forgotten."""
MAX_ANSWER = 1024 * 1024
"""Bytes of an answer that is kept; of a longer one it is known only that it was given."""
MAX_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That a request was carried out, or is being carried out by the transaction that has just noted it."""

    id: str
    """Made of subject and key, so that a key means nothing to anybody else."""
    subject: str
    """Kind and id, with a colon between."""
    fingerprint: str
    """Of all that the request asks for."""
    answer: bytes | None = None
    """Sealed for the credential that asked, so that whoever reads the store learns no secret and no text from it."""
    created_at: datetime

    @property
    def expires_at(self) -> datetime:
        """Give the time from which on the key may be used for something else."""
        return self.created_at + KEPT_FOR


def receipt_id(subject: str, key: str) -> str:
    """Give the id of the receipt for a key of a subject."""
    return sha256(f"{subject}\n{key}".encode()).hexdigest()


def check_idempotency_key(text: str) -> str:
    """Give back what may be an `Idempotency-Key`.

    Raises:
        InvalidInput: When it is empty, longer than 255 characters, or has another character than visible ASCII.
    """
    if not 0 < len(text) <= MAX_KEY or not all("!" <= char <= "~" for char in text):
        raise InvalidInput(f"Idempotency-Key must be 1 to {MAX_KEY} visible ASCII characters", "Idempotency-Key")
    return text


def check_same(receipt: Receipt, fingerprint: str) -> None:
    """Let a request pass only as the one that the receipt is for.

    Raises:
        IdempotencyKeyReused: For any other.
    """
    if receipt.fingerprint != fingerprint:
        raise IdempotencyKeyReused


def kept_answer(opened: bytes | None) -> bytes:
    """Give the answer of a receipt once it has been opened.

    Raises:
        AlreadyCarriedOut: When there is none, or it was sealed for another credential.
    """
    if opened is None:
        raise AlreadyCarriedOut
    return opened
