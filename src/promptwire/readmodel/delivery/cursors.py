"""Cursors: where a process stands in the change log, for what it sees and what it asked."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

_TAG = 8
_HALF = 16
_ROUNDS = 4
_CHECK = bytes(4)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the opaque text of a cursor says; opaque, so that nobody learns from it how much others change."""

    sight: bytes
    """What the credential saw: `tag` of it."""
    asked: bytes
    """What was asked: `tag` of it."""
    seq: int
    """Everything up to this entry of the log has been answered."""
    index: int = 0
    """How many names of a full set have been answered; 0 where that is done."""
    after: str = ""
    """The id of the last prompt of a full set that has been answered; empty where that is done."""

    @property
    def done(self) -> bool:
        """Tell whether a full set has been answered to its end."""
        return not self.index and not self.after


def tag(text: str) -> bytes:
    """Give a short name for a text."""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=_TAG).digest()


def write(cursor: Cursor, epoch: str) -> str:
    """Write a cursor of the store of this epoch; the same one has the same text."""
    after = UUID(cursor.after).bytes if cursor.after else bytes(16)
    numbers = cursor.seq.to_bytes(8, "big") + cursor.index.to_bytes(4, "big") + _CHECK + after
    head = cursor.sight + cursor.asked
    return urlsafe_b64encode(head + _stirred(numbers, epoch, range(_ROUNDS))).decode()


def read(text: str, epoch: str) -> Cursor | None:
    """Read a cursor; None for what is none of the store of this epoch."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return None
    if len(raw) != 2 * _TAG + 2 * _HALF:
        return None
    numbers = _stirred(raw[2 * _TAG :], epoch, range(_ROUNDS - 1, -1, -1))
    if numbers[12:16] != _CHECK:
        return None
    after = str(UUID(bytes=numbers[16:])) if any(numbers[16:]) else ""
    seq, index = int.from_bytes(numbers[:8], "big"), int.from_bytes(numbers[8:12], "big")
    return Cursor(raw[:_TAG], raw[_TAG : 2 * _TAG], seq, index, after)


def _stirred(numbers: bytes, epoch: str, rounds: range) -> bytes:
    """Hide numbers behind the epoch, or bring them back: a Feistel network, the rounds in one order or the other."""
    left, right = numbers[:_HALF], numbers[_HALF:]
    forward = rounds.step > 0
    for one in rounds:
        if forward:
            left, right = right, _mixed(left, right, epoch, one)
        else:
            left, right = _mixed(right, left, epoch, one), left
    return left + right


def _mixed(half: bytes, other: bytes, epoch: str, one: int) -> bytes:
    noise = blake2b(bytes([one]) + other, digest_size=_HALF, key=epoch.encode()[:64]).digest()
    return bytes(a ^ b for a, b in zip(half, noise, strict=True))
