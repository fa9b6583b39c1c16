"""Mail on its way: taken at once, brought to people in the background, tried again where that may help."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Protocol

from promptwire.ports.mail import Message
from promptwire.telemetry.tracing import traceparent

MAX_WAITING = 1_000
"""Messages on their way at once; more are dropped, for whoever causes so many wants to harm."""
WAITS = (1.0, 5.0, 30.0, 120.0, 300.0)
"""Seconds before each further try: a mailbox that asks to come back later mostly means minutes."""
_AT_ONCE = 2
_GRACE = 3.0  # seconds for what is on its way when the server stops
log = logging.getLogger("promptwire.mail")


class NotSent(Exception):
    """A message was not taken; the reason names no address."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Carrier(Protocol):
    """A way for mail to leave."""

    async def carry(self, message: Message) -> None:
        """Bring a message to its next station.

        Raises:
            NotSent: When that was not possible.
        """
        ...


class Outbox:
    """Takes messages, and brings them out through a carrier."""

    def __init__(self, carrier: Carrier, *, waits: Sequence[float] = WAITS) -> None:
        self._carrier = carrier
        self._waits = waits
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, message: Message) -> None:
        """Take a message; it returns at once and never fails, whatever becomes of the message."""
        if len(self._tasks) >= MAX_WAITING:
            log.error("mail dropped: too many messages are waiting", extra={"waiting": len(self._tasks)})
            return
        task = asyncio.get_running_loop().create_task(self._deliver(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, message: Message) -> None:
        for wait in (*self._waits, None):
            try:
                async with self._turns:
                    await self._carrier.carry(message)
            except NotSent as error:
                if error.for_good or wait is None:
                    log.error("mail could not be sent", extra={"reason": str(error)})  # noqa: TRY400 - it says all
                    return
                log.warning("mail could not be sent yet", extra={"reason": str(error), "again_in": wait})
                await asyncio.sleep(wait)
            except Exception:
                log.exception("mail could not be sent")
                return
            else:
                return

    async def close(self, grace: float = _GRACE) -> None:
        """Give what is on its way a moment, then give it up."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            log.error("mail given up: the server stops", extra={"messages": len(late)})
            await asyncio.wait(late)


def email_of(message: Message, sender: str) -> EmailMessage:
    """Write a message as mail servers want it."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    if parent := traceparent():
        mail["traceparent"] = parent
    mail.set_content(message.text)
    return mail
