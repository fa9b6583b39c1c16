"""Mail as files, for a server that knows no mail server: an operator reads them, or tries things out."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from promptwire.integrations.mail import NotSent, email_of
from promptwire.ports.mail import Message

log = logging.getLogger("promptwire.mail")


class FileCarrier:
    """Writes each message to a file of its own that only the server's user can read."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    async def carry(self, message: Message) -> None:
        """Write a message; the log says where, and nothing of it.

        Raises:
            NotSent: When it cannot be written.
        """
        mail = bytes(email_of(message, self._sender))
        try:
            file = await asyncio.to_thread(self._write, mail)
        except OSError as error:
            raise NotSent(f"cannot write to {self._directory}: {error.strerror}", for_good=False) from None
        log.info("mail written, for no mail server is set", extra={"file": str(file)})

    def _write(self, mail: bytes) -> Path:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._directory / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{uuid4().hex[:8]}.eml"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(mail)
        return file
