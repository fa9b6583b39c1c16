"""Whether the change log is what it was: for the operator, on the store itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from promptwire.domain.chains import Ends, Flaw, Head, Walk
from promptwire.domain.changes import Entry, Query, Scope, Written
from promptwire.domain.checkpoints import Checkpoint
from promptwire.domain.errors import NotFound
from promptwire.domain.texts import parse_uuid
from promptwire.ports.signing import Signer
from promptwire.ports.storage import Transaction

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Is told how many entries are done, and how many there are."""

_PAGE = 2_000
"""Entries that are in memory at once."""


class Reads(Protocol):
    """A store that runs a unit of work in the caller's thread."""

    def read_now(self, work: Callable[[Transaction], Result]) -> Result:
        """Run a unit of work that changes nothing, on one consistent state."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What there is to say of a log that was walked along."""

    walk: Walk
    """As far as it went: to the end, or to the flaw."""
    epoch: str
    flaw: Flaw | None


def verify(store: Reads, *, since: Checkpoint | None, progress: Progress) -> Verdict:
    """Check every entry, every chain and the numbers of the store; and that the log extends a checkpoint.

    A server may be writing meanwhile: what comes after the start is left out.
    """
    ends = store.read_now(lambda tx: tx.changes.ends())
    walk = Walk()
    flaw = _walk_along(store, walk, ends, since=since, progress=progress)
    if flaw is None:
        flaw = walk.finish(ends) or (since.cut_off(walk.seq) if since else None)
    return Verdict(walk=walk, epoch=ends.epoch, flaw=flaw)


def _walk_along(store: Reads, walk: Walk, ends: Ends, *, since: Checkpoint | None, progress: Progress) -> Flaw | None:
    for page in _pages(store, walk, ends.highest_seq):
        for entry in page:
            flaw = walk.step(entry)
            if flaw is None and since is not None and walk.seq == since.seq:
                flaw = since.contradicted_by(walk)
            if flaw is not None:
                return flaw
        progress(walk.seq, ends.highest_seq)
    return None


def _pages(store: Reads, walk: Walk, up_to: int) -> Iterator[list[Written]]:
    """Read on behind where the walk has come to."""
    while page := store.read_now(lambda tx: list(tx.changes.written(walk.seq, up_to, _PAGE))):
        yield page


def checkpoint(verdict: Verdict, signer: Signer, at: datetime) -> str:
    """Give the text of a signed checkpoint of a log that is whole."""
    made = Checkpoint.of(verdict.walk, epoch=verdict.epoch, at=at, public_key=signer.public_key)
    return made.signed(signer.sign(made.body()))


def everything(store: Reads, progress: Progress) -> Iterator[Entry]:
    """Give every entry there is now, of every scope, in the order of the store."""
    last = store.read_now(lambda tx: tx.changes.ends()).last_seq

    def read(seq: int) -> Sequence[Entry]:
        return store.read_now(lambda tx: tx.changes.after(seq, _PAGE))

    return _all(read, lambda entry: entry.seq, last=last, progress=progress)


def of_org(store: Reads, reference: str, progress: Progress) -> Iterator[Entry]:
    """Give every entry there is now of one organization, by its id or name, oldest first; it may be gone by now.

    Raises:
        NotFound: When there is and was none.
    """
    scope, head = store.read_now(lambda tx: _scope(tx, reference))

    def read(revision: int) -> Sequence[Entry]:
        return store.read_now(lambda tx: tx.changes.of_scope_onward(scope, Query(limit=_PAGE, after=revision)))

    return _all(read, lambda entry: entry.revision, last=head.revision, progress=progress)


def _all(
    read: Callable[[int], Sequence[Entry]], place: Callable[[Entry], int], *, last: int, progress: Progress
) -> Iterator[Entry]:
    done = 0
    while done < last and (page := read(done)):
        for entry in page:
            done = place(entry)
            if done <= last:
                yield entry
        progress(min(done, last), last)


def _scope(tx: Transaction, reference: str) -> tuple[str, Head]:
    org_id = parse_uuid(reference)
    named = None if org_id else tx.organizations.by_name(reference)
    scope = str(Scope("org", org_id or (named.id if named else "")))
    head = tx.changes.ends().heads.get(scope)
    if head is None:
        raise NotFound("organization")
    return scope, head
