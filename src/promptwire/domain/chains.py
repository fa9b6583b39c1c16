"""Whether the change log is whole: what walks along it and says where it breaks first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from promptwire.domain.changes import GENESIS, Written


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of a scope ends."""

    revision: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Where the store says that its log ends."""

    epoch: str
    """Random, renewed when a store is made or restored."""
    last_seq: int
    """What the counter says."""
    highest_seq: int
    """That of the last entry there is; 0 where there is none."""
    heads: Mapping[str, Head]
    """Of each scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """The first place where the log is not what it was."""

    what: str
    seq: int | None = None
    """The number of the entry in the store; None where no one entry can be named."""
    scope: str | None = None
    revision: int | None = None

    def __str__(self) -> str:
        """Name the entry, and what is wrong with it."""
        place = f"entry {self.seq}: " if self.seq is not None else ""
        return f"{place}{self.what}"


@dataclass(slots=True)
class Walk:
    """Goes through the log in the order of the store, and keeps what the next entry must fit on."""

    seq: int = 0
    heads: dict[str, Head] = field(default_factory=dict)
    last_at: str | None = None
    _hashes: Any = field(default_factory=sha256)

    def step(self, entry: Written) -> Flaw | None:
        """Take the next entry, or say why it cannot be the next one."""
        what = self._wrong_with(entry)
        if what is not None:
            return Flaw(what=what, seq=self.seq + 1, scope=entry.scope, revision=entry.revision)
        self.seq += 1
        self.last_at = entry.at
        self.heads[entry.scope] = Head(entry.revision, entry.hash)
        self._hashes.update(f"{entry.hash}\n".encode())
        return None

    def _wrong_with(self, entry: Written) -> str | None:
        if entry.seq != self.seq + 1:
            return f"it is missing; the next one there is {entry.seq}"
        head = self.heads.get(entry.scope, Head(0, GENESIS))
        place = f"revision {entry.revision} of {entry.scope}"
        if entry.revision != head.revision + 1:
            return f"{place} follows revision {head.revision}"
        if entry.previous_hash != head.hash:
            return f"{place} does not continue revision {head.revision}: its previous hash is another"
        if not _fits(entry):
            return f"what {place} says does not fit its hash"
        return None

    @property
    def log_hash(self) -> str:
        """Give the SHA-256 over the hashes of all entries so far, in order, each with a line feed behind it."""
        return str(self._hashes.hexdigest())

    def finish(self, ends: Ends) -> Flaw | None:
        """Say how the store contradicts the entries about where the log ends, if it does."""
        if ends.last_seq > self.seq:
            what = f"it is missing: the store has counted {ends.last_seq} entries, and the last one is {self.seq}"
            return Flaw(what=what, seq=self.seq + 1)
        if ends.last_seq < self.seq:
            return Flaw(what=f"it was added: the store has counted {ends.last_seq} entries", seq=ends.last_seq + 1)
        for scope in sorted(self.heads.keys() | ends.heads.keys()):
            found, told = self.heads.get(scope, Head(0, GENESIS)), ends.heads.get(scope, Head(0, GENESIS))
            if found != told:
                what = f"{scope} ends at revision {found.revision} ({_short(found)})"
                what += f", but the store says at revision {told.revision} ({_short(told)})"
                return Flaw(what=what, scope=scope, revision=found.revision)
        return None


def _fits(entry: Written) -> bool:
    try:
        return entry.computed_hash() == entry.hash
    except (TypeError, ValueError):
        return False


def _short(head: Head) -> str:
    return f"{head.hash[:12]}…"
