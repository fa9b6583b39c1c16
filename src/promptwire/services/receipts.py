"""Carrying out a request that names itself once, however often it comes (contracts/evalguard-labels.md A25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from promptwire.domain.receipts import MAX_ANSWER, Receipt, check_same, kept_answer, receipt_id
from promptwire.ports.receipts import Seal
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRequest:
    """A request with an `Idempotency-Key`."""

    key: str
    fingerprint: str
    """Of all that it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a request has come to, as bytes that its surface understands."""

    answer: bytes
    again: bool
    """Whether this is what was answered before, and nothing was done now."""


def once(tx: Transaction, act: Act, request: NamedRequest, seal: Seal, *, perform: Callable[[], bytes]) -> Carried:
    """Carry out a request and keep what is answered, both in this transaction; or give what was answered before.

    An error keeps nothing, so the same request may be tried again. While one is being carried out, the same waits.

    Raises:
        IdempotencyKeyReused: When another request of the subject had this key in the last 24 hours.
        AlreadyCarriedOut: When this one was carried out for another credential, or its answer was too long to keep.
    """
    subject = ":".join(act.subject.log_name)
    fresh = Receipt(
        id=receipt_id(subject, request.key), subject=subject, fingerprint=request.fingerprint, created_at=act.now
    )
    secret = f"{act.call.token}\n{request.key}"
    known = tx.receipts.claim(fresh, act.now)
    if known:
        check_same(known, request.fingerprint)
        opened = seal.open(secret, known.answer) if known.answer else None
        return Carried(answer=kept_answer(opened), again=True)
    answer = perform()
    if len(answer) <= MAX_ANSWER:
        tx.receipts.complete(fresh.id, seal.close(secret, answer))
    return Carried(answer=answer, again=False)
