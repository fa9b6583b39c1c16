"""Receipts of requests in the store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from promptwire.domain.receipts import Receipt
from promptwire.storage.rows import AnyRow
from promptwire.storage.tables import receipts
from promptwire.storage.upserts import purge, upsert


class Receipts:
    """Which requests were carried out in the last 24 hours."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, receipt: Receipt, now: datetime) -> Receipt | None:
        """Note that a request is being carried out, unless it was; then give the receipt of that."""
        values = asdict(receipt) | {"expires_at": receipt.expires_at}
        expired = receipts.c.expires_at <= now
        statement = upsert(self._connection, receipts, values, ("id",), where=expired)
        claimed = self._connection.execute(statement, execution_options={"preserve_rowcount": True})
        if claimed.rowcount:
            return None
        return _to_receipt(self._connection.execute(select(receipts).where(receipts.c.id == receipt.id)).one())

    def complete(self, receipt_id: str, answer: bytes) -> None:
        """Note the sealed answer."""
        self._connection.execute(update(receipts).where(receipts.c.id == receipt_id).values(answer=answer))

    def forget_answers(self) -> None:
        """Forget what was answered; that the requests were carried out stays known."""
        self._connection.execute(update(receipts).where(receipts.c.answer.is_not(None)).values(answer=None))

    def purge(self, now: datetime, limit: int) -> int:
        """Forget receipts that have expired, so many at most; gives how many."""
        return purge(self._connection, receipts, receipts.c.expires_at <= now, limit)

    def trim(self, keep: int, limit: int) -> int:
        """Forget the oldest receipts of whoever has more than `keep`, so many at most; gives how many."""
        counted = select(receipts.c.subject, func.count().label("all")).group_by(receipts.c.subject)
        trimmed = 0
        for row in self._connection.execute(counted.having(func.count() > keep)).all():
            oldest = (
                select(receipts.c.id)
                .where(receipts.c.subject == row.subject)
                .order_by(receipts.c.expires_at)
                .limit(min(row.all - keep, limit - trimmed))
            )
            trimmed += self._connection.execute(delete(receipts).where(receipts.c.id.in_(oldest))).rowcount
        return trimmed


def _to_receipt(row: AnyRow) -> Receipt:
    return Receipt(
        id=row.id, subject=row.subject, fingerprint=row.fingerprint, answer=row.answer, created_at=row.created_at
    )
